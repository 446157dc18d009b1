package dev.priok.host.storage.aufs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.priok.host.archive.Tars;
import dev.priok.host.storage.DriverNotSupportedException;
import dev.priok.host.storage.LayerId;
import dev.priok.host.storage.StorageDriver.WritableOptions;
import dev.priok.host.storage.choice.StorageDrivers;
import dev.priok.host.storage.tree.TreeDriver;
import dev.priok.kernel.fs.MountFlags;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * No kernel with aufs is at hand: what it would be told is recorded, and the layout is looked at.
 */
final class AufsTreesTest {
  private static final LayerId A = new LayerId("a");
  private static final LayerId B = new LayerId("b");
  private static final LayerId C = new LayerId("c");

  @TempDir Path folder;
  private Recorder kernel;
  private TreeDriver driver;

  /** Remembers what is mounted and with which options. */
  private static final class Recorder implements AufsKernel {
    final List<String> calls = new ArrayList<>();
    final Set<Path> mounted = new HashSet<>();
    boolean refusesDirperm;
    int mostRemounts = Integer.MAX_VALUE;

    @Override
    public void mount(Path target, long flags, String data) throws IOException {
      if (data.contains("dirperm1") && refusesDirperm) {
        throw new IOException("Invalid argument");
      }
      if (data.length() > 4095) {
        throw new IOException("the kernel would cut " + data.length() + " bytes");
      }
      if (flags == MountFlags.REMOUNT && mostRemounts-- <= 0) {
        throw new IOException("no more branches");
      }
      calls.add((flags == MountFlags.REMOUNT ? "remount " : "mount ") + data);
      mounted.add(target);
    }

    @Override
    public boolean unmount(Path target) {
      return mounted.remove(target);
    }

    @Override
    public boolean isMounted(Path target) {
      return mounted.contains(target);
    }
  }

  @BeforeEach
  void open() throws IOException {
    kernel = new Recorder();
    driver = new TreeDriver(new AufsTrees(folder, kernel));
    kernel.calls.clear();
  }

  @Test
  void aMountNamesItsBranchesTheTopmostFirst() throws IOException {
    driver.create(A, null);
    driver.create(B, A);
    driver.createWritable(C, B, WritableOptions.DEFAULT);
    kernel.calls.clear();
    assertThat(driver.mount(C)).isEqualTo(folder.resolve("mnt/c"));
    String diff = folder + "/diff/";
    assertThat(kernel.calls)
        .containsExactly(
            "mount br:"
                + diff
                + "c=rw:"
                + diff
                + "b=ro+wh:"
                + diff
                + "a=ro+wh,dio,xino=/dev/shm/aufs.xino,dirperm1");
    assertThat(kernel.mounted).containsExactly(folder.resolve("mnt/c"));
    driver.unmount(C);
    assertThat(kernel.mounted).isEmpty();
    assertThat(folder.resolve("mnt/c")).doesNotExist();
  }

  @Test
  void theLayoutIsDockers() throws IOException {
    driver.create(A, null);
    driver.create(B, A);
    driver.createWritable(C, B, WritableOptions.DEFAULT);
    assertThat(folder.resolve("layers/a")).isEmptyFile();
    assertThat(folder.resolve("layers/b")).hasContent("a\n");
    assertThat(Files.readString(folder.resolve("layers/c"))).isEqualTo("b\na\n");
    assertThat(folder.resolve("diff/c")).isEmptyDirectory();
    assertThat(folder.resolve(".tmp")).isEmptyDirectory();
    assertThat(driver.parent(C)).isEqualTo(B);
    assertThat(driver.parent(A)).isNull();
    assertThat(driver.status())
        .containsEntry("Root Dir", folder.toString())
        .containsEntry("Dirs", "3")
        .containsEntry("Dirperm1 Supported", "true");
    assertThat(driver.status().keySet())
        .containsExactly("Root Dir", "Backing Filesystem", "Dirs", "Dirperm1 Supported");
  }

  @Test
  void aBaseIsItsFolderAndNeedsNoMount() throws IOException {
    driver.create(A, null);
    driver.apply(A, Tars.tar().file("f", "x").stream());
    assertThat(driver.mount(A)).isEqualTo(folder.resolve("diff/a"));
    assertThat(folder.resolve("diff/a/f")).hasContent("x");
    driver.unmount(A);
    assertThat(kernel.calls).isEmpty();
  }

  @Test
  void whatDoesNotFitIntoAPageIsAppended() throws IOException {
    List<String> expected = new ArrayList<>();
    LayerId below = null;
    for (int i = 0; i < 300; i++) {
      LayerId layer = new LayerId("layer-" + i + "-" + "0".repeat(50));
      driver.create(layer, below);
      expected.addFirst(folder + "/diff/" + layer);
      below = layer;
    }
    driver.createWritable(C, below, WritableOptions.DEFAULT);
    kernel.calls.clear();
    driver.mount(C);
    assertThat(kernel.calls.getFirst()).startsWith("mount br:" + folder + "/diff/c=rw:");
    assertThat(kernel.calls.subList(1, kernel.calls.size()))
        .hasSizeGreaterThan(3)
        .allMatch(call -> call.startsWith("remount append:"));
    List<String> branches = new ArrayList<>();
    for (String call : kernel.calls) {
      for (String part : call.split("[:, ]|append:", -1)) {
        if (part.endsWith("=ro+wh")) {
          branches.add(part.replace("=ro+wh", ""));
        }
      }
    }
    assertThat(branches).isEqualTo(expected);
    driver.unmount(C);
  }

  @Test
  void aKernelThatTakesNoMoreBranchesLeavesNoMount() throws IOException {
    LayerId below = null;
    for (int i = 0; i < 100; i++) {
      LayerId layer = new LayerId("layer-" + i + "-" + "0".repeat(50));
      driver.create(layer, below);
      below = layer;
    }
    kernel.mostRemounts = 0;
    LayerId top = below;
    assertThatThrownBy(() -> driver.createWritable(C, top, WritableOptions.DEFAULT))
        .hasMessageContaining("no more branches");
    assertThat(kernel.mounted).isEmpty();
    assertThat(driver.exists(C)).isFalse();
    assertThat(folder.resolve(".tmp")).isEmptyDirectory();
  }

  @Test
  void anOldKernelIsNotToldDirperm() throws IOException {
    kernel.refusesDirperm = true;
    driver = new TreeDriver(new AufsTrees(folder, kernel));
    driver.create(A, null);
    driver.create(B, A);
    assertThat(kernel.calls).hasSize(1).allMatch(call -> call.endsWith("/aufs.xino"));
    assertThat(driver.status()).containsEntry("Dirperm1 Supported", "false");
  }

  @Test
  void theRootIsLikeTheParents() throws IOException {
    driver.create(A, null);
    Files.setAttribute(folder.resolve("diff/a"), "unix:mode", 0750);
    driver.create(B, A);
    assertThat(Files.getAttribute(folder.resolve("diff/b"), "unix:mode")).isEqualTo(040750);
  }

  @Test
  void whatACrashLeftIsSwept() throws IOException {
    driver.create(A, null);
    Files.createDirectories(folder.resolve("diff/half/with/files"));
    Files.createDirectories(folder.resolve("mnt/half"));
    Files.createDirectories(folder.resolve(".tmp/half-1/union"));
    kernel.mounted.add(folder.resolve(".tmp/half-1/union"));
    kernel.mounted.add(folder.resolve("mnt/half"));
    driver = new TreeDriver(new AufsTrees(folder, kernel));
    driver.sweep(Set.of(A));
    assertThat(kernel.mounted).isEmpty();
    assertThat(folder.resolve(".tmp")).isEmptyDirectory();
    assertThat(folder.resolve("diff").toFile().list()).containsExactly("a");
    assertThat(folder.resolve("mnt")).isEmptyDirectory();
    assertThat(driver.layers()).containsExactly(A);
  }

  @Test
  void whatCannotBeDoneIsRefused() throws IOException {
    driver.create(A, null);
    assertThatThrownBy(
            () -> driver.createWritable(C, A, new WritableOptions(Map.of("size", "1g"), 0, 0)))
        .hasMessage("--storage-opt is not supported for aufs");
    Path odd = Files.createDirectory(folder.resolve("a:b"));
    assertThatThrownBy(() -> new AufsTrees(odd, kernel))
        .hasMessage("aufs: the data root's path must not have a ':'");
    assertThatThrownBy(() -> new StorageDrivers().open("aufs", folder, List.of("aufs.x=1")))
        .hasMessage("aufs: unknown option aufs.x");
    if (!Files.readString(Path.of("/proc/filesystems")).contains("aufs")) {
      assertThatThrownBy(() -> new StorageDrivers().open("aufs", folder, List.of()))
          .isInstanceOf(DriverNotSupportedException.class)
          .hasMessageStartingWith("driver not supported: AUFS was not found in /proc/filesystems");
    }
  }
}
