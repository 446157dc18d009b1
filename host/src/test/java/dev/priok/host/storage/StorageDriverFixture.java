package dev.priok.host.storage;

import dev.priok.host.archive.RemoveTree;
import dev.priok.host.archive.Tars;
import dev.priok.host.storage.StorageDriver.WritableOptions;
import dev.priok.host.storage.layer.Children;
import dev.priok.kernel.fs.MountInfo;
import dev.priok.kernel.fs.Mounts;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A driver on folders of its own, with a few words for the contracts' tests. */
abstract class StorageDriverFixture {
  static final LayerId BASE = new LayerId("base");
  static final LayerId TOP = new LayerId("top");
  static final LayerId BOX = new LayerId("box");

  Path dataRoot;
  StorageDriver driver;

  /** Opens the driver under test; called again for a daemon's restart. */
  abstract StorageDriver open(Path dataRoot) throws IOException;

  private static @Nullable LoopMount loop;

  /** A file system to be made for the data roots of this class; null for whatever /tmp is on. */
  @Nullable String fileSystem() {
    return null;
  }

  @AfterAll
  static void removeFileSystem() throws IOException {
    LoopMount made = loop;
    loop = null;
    if (made != null) {
      made.close();
    }
  }

  @BeforeEach
  void begin() throws IOException {
    String type = fileSystem();
    if (type != null && loop == null) {
      loop = LoopMount.of(type);
    }
    LoopMount made = loop;
    dataRoot =
        made == null
            ? Files.createTempDirectory("priok-storage-")
            : Files.createTempDirectory(made.place(), "root-");
    driver = open(dataRoot);
  }

  @AfterEach
  void end() throws IOException {
    for (MountInfo mount : MountInfo.read().reversed()) {
      if (mount.target().startsWith(dataRoot.toString())) {
        Mounts.unmountIfMounted(Path.of(mount.target()));
      }
    }
    for (LayerId layer : everything()) {
      driver.remove(layer);
    }
    driver.close();
    RemoveTree.at(dataRoot);
    removeBelow();
  }

  /** What {@link #open} made below the driver, once that has been closed. */
  void removeBelow() throws IOException {
    // most drivers have all they need in the data root
  }

  /** What a test left, children first: subvolumes are no folders that can be emptied. */
  private List<LayerId> everything() throws IOException {
    Children children = new Children();
    for (LayerId layer : driver.layers()) {
      children.add(layer, driver.parent(layer));
    }
    return children.childrenFirst(driver.layers());
  }

  void restart() throws IOException {
    driver.close();
    driver = open(dataRoot);
  }

  void base(Tars tar) throws IOException {
    driver.create(BASE, null);
    driver.apply(BASE, tar.stream());
  }

  void top(Tars tar) throws IOException {
    driver.create(TOP, BASE);
    driver.apply(TOP, tar.stream());
  }

  Path box(@Nullable LayerId parent) throws IOException {
    driver.createWritable(BOX, parent, WritableOptions.DEFAULT);
    return driver.mount(BOX);
  }

  byte[] diff(LayerId layer) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    driver.diff(layer, out);
    return out.toByteArray();
  }

  List<String> mounts() throws IOException {
    return MountInfo.read().stream()
        .map(MountInfo::target)
        .filter(t -> t.startsWith(dataRoot.toString()))
        .toList();
  }
}
