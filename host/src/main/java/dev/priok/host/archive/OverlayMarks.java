package dev.priok.host.archive;

import dev.priok.kernel.call.At;
import dev.priok.kernel.call.Errno;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.FileStat;
import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.fs.Xattrs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Whiteouts as overlayfs keeps them: a character device 0:0 in the place of the file, and the
 * attribute {@code trusted.overlay.opaque} with the value {@code y} on a directory (kernel,
 * Documentation/filesystems/overlayfs.rst, "whiteouts and opaque directories").
 */
public final class OverlayMarks implements Whiteouts {
  private static final String OPAQUE_ATTRIBUTE = "trusted.overlay.opaque";
  private static final String FUSE_OPAQUE = ".wh..opq";
  private static final byte[] YES = "y".getBytes(StandardCharsets.US_ASCII);

  @Override
  public void gone(Fd directory, String path, String name, Predicate<String> unpacked)
      throws IOException {
    try {
      At.makeNode(directory, name, FileStat.CHARACTER_DEVICE, 0);
    } catch (LinuxException e) {
      if (!e.is(Errno.EEXIST)) {
        throw e;
      }
      // the layer brings a file of that name itself, which hides the one below; only a directory
      // would show what lies below it
      if (At.stat(directory, name).isDirectory()) {
        try (Fd self = At.openResolved(directory, name, DIRECTORY, 0, At.RESOLVE_NO_SYMLINKS)) {
          replacedByDirectory(self);
        }
      }
    }
  }

  private static final int DIRECTORY =
      dev.priok.kernel.call.OpenFlags.READ_ONLY | dev.priok.kernel.call.OpenFlags.DIRECTORY;

  @Override
  public void opaque(Fd directory, String path, Predicate<String> unpacked) throws IOException {
    replacedByDirectory(directory);
  }

  @Override
  public void replacedByDirectory(Fd directory) throws IOException {
    Xattrs.set(directory, OPAQUE_ATTRIBUTE, YES);
  }

  public static boolean isWhiteout(FileStat stat) {
    return stat.type() == FileStat.CHARACTER_DEVICE && stat.rdev() == 0;
  }

  /** Whether an attribute is the mark of an opaque directory. */
  static boolean isMark(String attribute) {
    return attribute.equals(OPAQUE_ATTRIBUTE);
  }

  /**
   * Whether a file of this name is fuse-overlayfs's way to say that its directory is opaque: an
   * empty {@code .wh..wh..opq}, and a whiteout {@code .wh..opq} beside it.
   */
  public static boolean isFileOfMark(String name) {
    return name.startsWith(META_PREFIX) || name.equals(FUSE_OPAQUE);
  }

  /** Whether it hides all below it, by the attribute or by fuse-overlayfs's file. */
  public static boolean isOpaque(Fd directory) throws IOException {
    if (hasOpaqueAttribute(directory)) {
      return true;
    }
    try {
      return At.stat(directory, OPAQUE).isRegular();
    } catch (LinuxException e) {
      if (e.is(Errno.ENOENT)) {
        return false;
      }
      throw e;
    }
  }

  private static boolean hasOpaqueAttribute(Fd directory) throws IOException {
    Optional<byte[]> value = Xattrs.get(directory, OPAQUE_ATTRIBUTE);
    return value.isPresent() && value.get().length == 1 && value.get()[0] == 'y';
  }
}
