package dev.priok.host.storage;

import dev.priok.host.archive.RemoveTree;
import dev.priok.kernel.fs.Mounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What overlayfs can do on this kernel and on this file system. */
final class OverlayProbe {
  private static final Path PARAMETERS = Path.of("/sys/module/overlay/parameters");

  private OverlayProbe() {}

  /**
   * Options that switch off what would make a layer more than its own files: the index ties upper
   * to lower directories, metacopy leaves content in the lower layer, redirects point into it. A
   * kernel without a feature refuses its option, so each is given only where it is known.
   */
  static List<String> kernelOptions() {
    List<String> options = new ArrayList<>();
    if (Files.exists(PARAMETERS.resolve("index"))) {
      options.add("index=off");
    }
    if (Files.exists(PARAMETERS.resolve("metacopy"))) {
      options.add("metacopy=off");
    }
    if (Files.exists(PARAMETERS.resolve("redirect_dir"))) {
      options.add("redirect_dir=nofollow");
    }
    return options;
  }

  /** Mounts an overlay of two lower layers, writes through it, and takes it away again. */
  static void mustWork(Path place, List<String> options) throws IOException {
    Path test = Files.createTempDirectory(place, "probe-");
    Path merged = Files.createDirectory(test.resolve("merged"));
    try {
      List<Path> lower =
          List.of(
              Files.createDirectory(test.resolve("lower1")),
              Files.createDirectory(test.resolve("lower2")));
      Path upper = Files.createDirectory(test.resolve("upper"));
      Path work = Files.createDirectory(test.resolve("work"));
      Files.createFile(lower.getFirst().resolve("file"));
      Mounts.overlay(merged, lower, upper, work, 0, options);
      // removing a lower file makes a whiteout, which needs mknod and d_type of the file system
      Files.delete(merged.resolve("file"));
      if (Files.exists(merged.resolve("file"))) {
        throw new DriverNotSupportedException(
            "overlay2: the backing file system is formatted without d_type support, which leads to"
                + " incorrect behavior");
      }
    } catch (DriverNotSupportedException e) {
      throw e;
    } catch (IOException e) {
      throw new DriverNotSupportedException("driver not supported: overlay2: " + e.getMessage(), e);
    } finally {
      Mounts.unmountIfMounted(merged);
      RemoveTree.at(test);
    }
  }
}
