package dev.priok.engine.storage;

import dev.priok.host.archive.DiskWork;
import dev.priok.host.archive.TarEntry;
import dev.priok.host.archive.TarReader;
import dev.priok.kernel.call.At;
import dev.priok.kernel.call.Errno;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.FileStat;
import dev.priok.kernel.call.Io;
import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.call.OpenFlags;
import dev.priok.model.id.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Whether an image layer still shows what its tar brought. */
final class CompareLayer {
  private static final String MARK = ".wh.";

  /** What the tar said last about a path; no digest where contents are not compared. */
  private record Expected(char type, int mode, long size, String link, @Nullable Digest content) {}

  private final boolean contents;
  private final Map<String, Expected> expected = new LinkedHashMap<>();
  private final byte[] buffer = new byte[64 * 1024];

  private CompareLayer(boolean contents) {
    this.contents = contents;
  }

  /**
   * Compares.
   *
   * @param root the layer with all below it, mounted
   * @param contents read the files; else only what a directory tells of them
   * @return the first difference in words, null if there is none
   */
  static @Nullable String first(InputStream tar, Path root, boolean contents) throws IOException {
    String found =
        DiskWork.call(() -> {
          CompareLayer compare = new CompareLayer(contents);
          compare.read(tar);
          try (Fd top = At.open(root, OpenFlags.PATH | OpenFlags.DIRECTORY)) {
            return Objects.requireNonNullElse(compare.difference(top), "");
          }
        });
    return found.isEmpty() ? null : found;
  }

  private void read(InputStream stream) throws IOException {
    TarReader tar = new TarReader(stream);
    for (TarEntry entry = tar.next(); entry != null; entry = tar.next()) {
      String path = clean(entry.name());
      int slash = path.lastIndexOf('/');
      if (path.isEmpty() || path.substring(slash + 1).startsWith(MARK)) {
        continue;
      }
      if (!entry.isDirectory()) {
        expected.keySet().removeIf(other -> other.startsWith(path + "/"));
      }
      Digest content = null;
      if (contents && entry.type() == TarEntry.FILE) {
        MessageDigest hash = Digest.sha256();
        for (int n = tar.read(buffer, 0, buffer.length);
            n >= 0;
            n = tar.read(buffer, 0, buffer.length)) {
          hash.update(buffer, 0, n);
        }
        content = Digest.from(hash);
      }
      expected.put(
          path,
          new Expected(entry.type(), entry.mode() & 07777, entry.size(), entry.link(), content));
    }
  }

  private static String clean(String name) {
    String path = name;
    while (path.startsWith("./") || path.startsWith("/")) {
      path = path.substring(path.startsWith("./") ? 2 : 1);
    }
    while (path.endsWith("/")) {
      path = path.substring(0, path.length() - 1);
    }
    return path.equals(".") ? "" : path;
  }

  private @Nullable String difference(Fd top) throws IOException {
    for (Map.Entry<String, Expected> entry : expected.entrySet()) {
      String path = entry.getKey();
      int slash = path.lastIndexOf('/');
      try (Fd directory = parent(top, slash < 0 ? "" : path.substring(0, slash))) {
        if (directory == null) {
          continue; // behind a link that the tar itself made: its target has entries of its own
        }
        String found = difference(directory, path.substring(slash + 1), entry.getValue());
        if (found != null) {
          return "/" + path + " " + found;
        }
      } catch (LinuxException e) {
        if (e.is(Errno.ENOENT)) {
          return "/" + path + " is missing";
        }
        throw e;
      }
    }
    return null;
  }

  private static @Nullable Fd parent(Fd top, String path) throws IOException {
    int flags = OpenFlags.PATH | OpenFlags.DIRECTORY;
    try {
      return At.openResolved(top, path, flags, 0, At.RESOLVE_BENEATH | At.RESOLVE_NO_SYMLINKS);
    } catch (LinuxException e) {
      if (e.is(Errno.ELOOP)) {
        return null;
      }
      throw e;
    }
  }

  private @Nullable String difference(Fd directory, String name, Expected wanted)
      throws IOException {
    FileStat stat = At.stat(directory, name);
    return switch (wanted.type()) {
      case TarEntry.FILE -> file(directory, name, stat, wanted);
      case TarEntry.DIRECTORY -> stat.isDirectory() ? mode(stat, wanted) : "is no directory";
      case TarEntry.SYMLINK ->
          stat.isSymlink() && At.readLink(directory, name).equals(wanted.link())
              ? null
              : "is no link to " + wanted.link();
      default -> null; // devices are told by their name alone, hard links by the file they share
    };
  }

  private @Nullable String file(Fd directory, String name, FileStat stat, Expected wanted)
      throws IOException {
    if (!stat.isRegular()) {
      return "is no regular file";
    }
    if (stat.size() != wanted.size()) {
      return "has " + stat.size() + " bytes, and should have " + wanted.size();
    }
    Digest content = wanted.content();
    if (content != null && !content.equals(content(directory, name))) {
      return "has other content than its image";
    }
    return mode(stat, wanted);
  }

  private static @Nullable String mode(FileStat stat, Expected wanted) {
    return stat.permissions() == wanted.mode()
        ? null
        : "has mode %o, and should have %o".formatted(stat.permissions(), wanted.mode());
  }

  private Digest content(Fd directory, String name) throws IOException {
    MessageDigest hash = Digest.sha256();
    int flags = OpenFlags.READ_ONLY | OpenFlags.NO_FOLLOW | OpenFlags.NON_BLOCKING;
    try (Fd file = At.open(directory, name, flags, 0)) {
      int count;
      while ((count = Io.read(file, buffer, 0, buffer.length)) > 0) {
        hash.update(buffer, 0, count);
      }
    }
    return Digest.from(hash);
  }
}
