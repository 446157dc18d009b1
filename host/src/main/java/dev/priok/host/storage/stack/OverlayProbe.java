package dev.priok.host.storage.stack;

import dev.priok.host.archive.RemoveTree;
import dev.priok.host.storage.DriverNotSupportedException;
import dev.priok.kernel.call.Errno;
import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.fs.Mounts;
import dev.priok.kernel.fs.Xattrs;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Finds out by a real mount what overlayfs can do on this kernel and on this file system. */
public final class OverlayProbe {
  private static final Path PARAMETERS = Path.of("/sys/module/overlay/parameters");

  private OverlayProbe() {}

  /**
   * Options that switch off what would make a layer more than its own files: the index ties upper
   * to lower directories, metacopy leaves content in the lower layer, redirects point into it. A
   * kernel without a feature refuses its option, so each is given only where it is known.
   */
  private static List<String> switches() {
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
    return List.copyOf(options);
  }

  /**
   * Mounts an overlay of two lower layers, writes through it, looks at what the upper one got, and
   * takes it away again.
   *
   * @param driver who is named in a refusal
   */
  public static OverlayFeatures mustWork(Path place, String driver) throws IOException {
    List<String> switches = switches();
    Path test = Files.createTempDirectory(place, "probe-");
    Path merged = Files.createDirectory(test.resolve("merged"));
    try {
      Path lower = Files.createDirectory(test.resolve("lower1"));
      List<Path> both = List.of(lower, Files.createDirectory(test.resolve("lower2")));
      Path upper = Files.createDirectory(test.resolve("upper"));
      Path work = Files.createDirectory(test.resolve("work"));
      Files.createFile(lower.resolve("gone"));
      Files.writeString(lower.resolve("owned"), "content");
      Files.createDirectory(lower.resolve("moved"));
      Mounts.overlay(merged, both, upper, work, 0, switches);
      // removing a lower file makes a whiteout, which needs mknod and d_type of the file system
      Files.delete(merged.resolve("gone"));
      boolean fileTypes = !Files.exists(merged.resolve("gone"));
      if (!fileTypes) {
        throw new DriverNotSupportedException(
            driver
                + ": the backing file system is formatted without d_type support, which leads to"
                + " incorrect behavior");
      }
      Files.setAttribute(merged.resolve("owned"), "unix:gid", 1);
      boolean metacopy = has(upper.resolve("owned"), "trusted.overlay.metacopy");
      boolean redirected = redirects(merged, upper);
      if (metacopy || redirected) {
        throw new DriverNotSupportedException(
            driver
                + ": this kernel keeps parts of a changed file or directory in the layer below"
                + " although it was told not to (metacopy "
                + metacopy
                + ", redirect_dir "
                + redirected
                + "): layers could not be told from each other");
      }
      return new OverlayFeatures(
          switches, fileTypes, metacopy, !redirected, switches.contains("userxattr"));
    } catch (DriverNotSupportedException e) {
      throw e;
    } catch (IOException e) {
      throw new DriverNotSupportedException(
          "driver not supported: " + driver + ": " + e.getMessage(), e);
    } finally {
      Mounts.unmountIfMounted(merged);
      RemoveTree.at(test);
    }
  }

  /** A lower directory can be moved only where the upper one may point to it. */
  private static boolean redirects(Path merged, Path upper) throws IOException {
    try {
      Files.move(merged.resolve("moved"), merged.resolve("elsewhere"));
    } catch (FileSystemException e) {
      return false;
    }
    return has(upper.resolve("elsewhere"), "trusted.overlay.redirect");
  }

  private static boolean has(Path file, String attribute) throws IOException {
    try {
      return Xattrs.get(file, attribute).isPresent();
    } catch (LinuxException e) {
      if (e.is(Errno.EOPNOTSUPP)) {
        return false;
      }
      throw e;
    }
  }
}
