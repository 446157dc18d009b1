package dev.priok.cli.archive;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Unpacks what a container sent. The archive is not to be trusted: every directory on the way to a
 * file must be a real one, so that a link in the archive leads nowhere, and {@code ..} is refused.
 */
public final class Unpacker {
  private final Path root;
  private final List<String> top;
  private final boolean keepOwners;
  private final Map<Path, TarEntry> directories = new LinkedHashMap<>();
  private final List<String> skipped = new ArrayList<>();
  private long copied;

  /**
   * Unpacks below {@code root}, an existing directory; the first part of each name in the archive
   * becomes {@code top}, or is dropped when that is null.
   */
  public Unpacker(Path root, @Nullable String top, boolean keepOwners) {
    this.root = root;
    this.top = top == null ? List.of() : List.of(top);
    this.keepOwners = keepOwners;
  }

  /** Bytes of files written. */
  public long copied() {
    return copied;
  }

  /** Names of devices, pipes and the like, which are not copied. */
  public List<String> skipped() {
    return skipped;
  }

  /** Unpacks everything. */
  public void unpack(InputStream archive) throws IOException {
    TarInput tar = new TarInput(archive);
    for (TarEntry entry = tar.next(); entry != null; entry = tar.next()) {
      List<String> parts = parts(entry.name());
      if (parts.isEmpty()) {
        continue;
      }
      unpack(entry, parts, tar);
    }
    // Times and modes of directories last: what is written into them would change them again.
    List<Map.Entry<Path, TarEntry>> later = new ArrayList<>(directories.entrySet());
    for (Map.Entry<Path, TarEntry> directory : later.reversed()) {
      finish(directory.getKey(), directory.getValue());
    }
  }

  private void unpack(TarEntry entry, List<String> parts, TarInput tar) throws IOException {
    Path parent = directory(parts.subList(0, parts.size() - 1));
    Path target = parent.resolve(parts.getLast());
    if (entry.type() == TarEntry.DIRECTORY) {
      if (!Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
        if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
          throw new IOException("cannot overwrite non-directory " + target + " with a directory");
        }
        Files.createDirectory(target);
      }
      directories.put(target, entry);
      return;
    }
    if (Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException("cannot overwrite directory " + target + " with a file");
    }
    switch (entry.type()) {
      case TarEntry.FILE, '7' -> {
        Files.deleteIfExists(target);
        file(target, tar);
        finish(target, entry);
      }
      case TarEntry.SYMLINK -> {
        Files.deleteIfExists(target);
        Files.createSymbolicLink(target, Path.of(entry.link()));
        owner(target, entry);
      }
      case TarEntry.HARD_LINK -> {
        List<String> of = parts(entry.link());
        if (of.isEmpty()) {
          throw new IOException("the archive has a hard link to nothing: " + entry.name());
        }
        Path existing = directory(of.subList(0, of.size() - 1)).resolve(of.getLast());
        if (!Files.isRegularFile(existing, LinkOption.NOFOLLOW_LINKS)) {
          throw new IOException(
              "the archive has a hard link to no file of its own: " + entry.name());
        }
        Files.deleteIfExists(target);
        Files.createLink(target, existing);
      }
      default -> skipped.add(entry.name());
    }
  }

  private void file(Path target, TarInput tar) throws IOException {
    byte[] buffer = new byte[64 * 1024];
    try (OutputStream out = Files.newOutputStream(target, StandardOpenOption.CREATE_NEW)) {
      for (int n = tar.read(buffer); n >= 0; n = tar.read(buffer)) {
        out.write(buffer, 0, n);
        copied += n;
      }
    }
  }

  private void finish(Path target, TarEntry entry) throws IOException {
    owner(target, entry);
    Files.setAttribute(target, "unix:mode", entry.mode(), LinkOption.NOFOLLOW_LINKS);
    Files.setLastModifiedTime(target, FileTime.fromMillis(entry.seconds() * 1000L));
  }

  private void owner(Path target, TarEntry entry) throws IOException {
    if (keepOwners) {
      Files.setAttribute(target, "unix:uid", (int) entry.uid(), LinkOption.NOFOLLOW_LINKS);
      Files.setAttribute(target, "unix:gid", (int) entry.gid(), LinkOption.NOFOLLOW_LINKS);
    }
  }

  /** The directory of these names, each of which is a real directory or is made. */
  private Path directory(List<String> names) throws IOException {
    Path directory = root;
    for (String name : names) {
      directory = directory.resolve(name);
      if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
        Files.createDirectory(directory);
      } else if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
        throw new IOException("the archive leads through " + directory + ", which is no directory");
      }
    }
    return directory;
  }

  private List<String> parts(String name) throws IOException {
    List<String> parts = new ArrayList<>();
    boolean first = true;
    for (String part : name.split("/", -1)) {
      if (part.isEmpty()) {
        continue;
      }
      if (part.equals("..") || part.indexOf('\0') >= 0) {
        throw new IOException("the archive has a name that climbs out: " + name);
      }
      if (first) {
        parts.addAll(top);
        first = false;
      } else if (!part.equals(".")) {
        parts.add(part);
      }
    }
    return parts;
  }
}
