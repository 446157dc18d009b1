package dev.priok.host.storage;

import dev.priok.host.archive.RemoveTree;
import dev.priok.host.archive.Tars;
import dev.priok.host.storage.StorageDriver.WritableOptions;
import dev.priok.kernel.fs.MountInfo;
import dev.priok.kernel.fs.Mounts;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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

  @BeforeEach
  void begin() throws IOException {
    dataRoot = Files.createTempDirectory("priok-storage-");
    driver = open(dataRoot);
  }

  @AfterEach
  void end() throws IOException {
    driver.close();
    for (MountInfo mount : MountInfo.read().reversed()) {
      if (mount.target().startsWith(dataRoot.toString())) {
        Mounts.unmountIfMounted(Path.of(mount.target()));
      }
    }
    RemoveTree.at(dataRoot);
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

  Path box(@org.jspecify.annotations.Nullable LayerId parent) throws IOException {
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
