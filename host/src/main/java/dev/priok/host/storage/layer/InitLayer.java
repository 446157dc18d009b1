package dev.priok.host.storage.layer;

import dev.priok.host.storage.LayerId;
import dev.priok.kernel.call.At;
import dev.priok.kernel.call.Errno;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.FileStat;
import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.call.OpenFlags;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the layer between an image and its containers holds ({@link StorageDriver#init}): the places
 * that every container's mounts need, so that making them is not the container's own work. The list
 * is Docker's, as a container without any changes shows it.
 *
 * <p>An image may have anything there. A link or file in the place of a folder gives way, and an
 * image's own file in the place of an empty one as well: {@code /etc/hosts} of an image is mounted
 * over in any case. Links are never followed.
 */
public final class InitLayer {
  private static final String SUFFIX = "init";
  private static final List<String> FOLDERS = List.of("dev/pts", "dev/shm", "proc", "sys");
  private static final List<String> FILES =
      List.of(".dockerenv", "etc/resolv.conf", "etc/hosts", "etc/hostname", "dev/console");
  private static final String MOUNTS_LINK = "etc/mtab";
  private static final String MOUNTS_FILE = "/proc/mounts";
  private static final int MODE = 0755;

  private InitLayer() {}

  /** One for each image layer that containers stand on, and one for those that stand on none. */
  public static LayerId above(@Nullable LayerId parent) {
    return new LayerId(parent == null ? SUFFIX : parent.value() + "-" + SUFFIX);
  }

  /** True of an init layer that stands on a layer of {@code known}. */
  public static boolean belongsToAny(Set<LayerId> known, LayerId layer, Children children) {
    LayerId parent = children.parentOf(layer);
    return parent != null && known.contains(parent) && layer.equals(above(parent));
  }

  public static void fillAt(Path root) throws IOException {
    try (Fd directory = At.open(root, OpenFlags.PATH | OpenFlags.DIRECTORY)) {
      fill(directory);
    }
  }

  /** Makes what is missing below {@code root}, which shows the image. */
  private static void fill(Fd root) throws LinuxException {
    for (String path : FOLDERS) {
      parent(root, path, InitLayer::makeFolder);
    }
    for (String path : FILES) {
      parent(root, path, InitLayer::makeFile);
    }
    parent(root, MOUNTS_LINK, InitLayer::makeLink);
  }

  private interface Make {
    void in(Fd directory, String name) throws LinuxException;
  }

  private static void parent(Fd root, String path, Make make) throws LinuxException {
    int slash = path.indexOf('/');
    if (slash < 0) {
      make.in(root, path);
      return;
    }
    String first = path.substring(0, slash);
    makeFolder(root, first);
    int flags = OpenFlags.PATH | OpenFlags.DIRECTORY | OpenFlags.NO_FOLLOW;
    try (Fd directory = At.open(root, first, flags, 0)) {
      make.in(directory, path.substring(slash + 1));
    }
  }

  private static void makeFolder(Fd directory, String name) throws LinuxException {
    if (!isFolder(directory, name)) {
      At.makeDirectory(directory, name, MODE);
      At.changeMode(directory, name, MODE);
    }
  }

  private static void makeFile(Fd directory, String name) throws LinuxException {
    if (!isFolder(directory, name)) {
      At.makeNode(directory, name, FileStat.REGULAR | MODE, 0);
      At.changeMode(directory, name, MODE);
    }
  }

  private static void makeLink(Fd directory, String name) throws LinuxException {
    if (!isFolder(directory, name)) {
      At.makeSymlink(MOUNTS_FILE, directory, name);
    }
  }

  /** True where a folder is there; anything else of this name is gone afterwards. */
  private static boolean isFolder(Fd directory, String name) throws LinuxException {
    try {
      if (At.stat(directory, name).isDirectory()) {
        return true;
      }
      At.remove(directory, name);
    } catch (LinuxException e) {
      if (!e.is(Errno.ENOENT)) {
        throw e;
      }
    }
    return false;
  }
}
