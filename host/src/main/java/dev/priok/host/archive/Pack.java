package dev.priok.host.archive;

import dev.priok.kernel.call.At;
import dev.priok.kernel.call.Device;
import dev.priok.kernel.call.DirectoryEntry;
import dev.priok.kernel.call.Errno;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.FileStat;
import dev.priok.kernel.call.Io;
import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.call.OpenFlags;
import dev.priok.kernel.fs.Xattrs;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Packs files into a tar, walking by open directories: a container that swaps a directory for a
 * link meanwhile leads nowhere. Entries come sorted; further names of a file become hard links;
 * sockets stay out, as no tar can hold them. A file that vanishes during the walk is left out, one
 * that changes its size is cut or filled to the size first seen.
 */
public final class Pack {
  private static final int LONGEST_PATH = 4095;
  private static final int READ_FILE =
      OpenFlags.READ_ONLY | OpenFlags.NO_FOLLOW | OpenFlags.NON_BLOCKING | OpenFlags.NO_CTTY;
  private static final int READ_DIRECTORY =
      OpenFlags.READ_ONLY | OpenFlags.DIRECTORY | OpenFlags.NO_FOLLOW;

  private record FileKey(long device, long inode) {}

  private final TarWriter tar;
  private final PackOptions options;
  private final Elsewhere elsewhere;
  private final Map<FileKey, String> firstNames = new HashMap<>();
  private final byte[] buffer = new byte[64 * 1024];

  public Pack(TarWriter tar, PackOptions options) {
    this(tar, options, path -> null);
  }

  /** Packs with some paths taken from other places. */
  public Pack(TarWriter tar, PackOptions options, Elsewhere elsewhere) {
    this.tar = tar;
    this.options = options;
    this.elsewhere = elsewhere;
  }

  /** Says which paths of the tar lie elsewhere: a container's mounts. */
  @FunctionalInterface
  public interface Elsewhere {
    /** The place of that path on the host, or null. */
    @Nullable Path of(String path);
  }

  /** Everything below an open directory; the directory itself stays out. */
  public void below(Fd directory, String prefix) throws IOException {
    List<DirectoryEntry> entries = At.list(directory);
    entries.sort(Comparator.comparing(DirectoryEntry::name));
    for (DirectoryEntry entry : entries) {
      if (options.overlayMarks() && OverlayMarks.isFileOfMark(entry.name())) {
        continue;
      }
      String path =
          prefix.isEmpty() || prefix.endsWith("/")
              ? prefix + entry.name()
              : prefix + "/" + entry.name();
      if (entry.type() == FileStat.REGULAR && elsewhere.of(path) == null) {
        refuseTooLong(path);
        regular(directory, entry.name(), path); // the open file tells what a stat would
      } else {
        tree(directory, entry.name(), path);
      }
    }
  }

  /** One name and, if it is a directory, everything below; {@code path} is its name in the tar. */
  public void tree(Fd directory, String name, String path) throws IOException {
    refuseTooLong(path);
    Path other = elsewhere.of(path);
    if (other == null) {
      plainTree(directory, name, path);
      return;
    }
    Path real = other.toRealPath();
    Path parent = real.getParent();
    Path last = real.getFileName();
    if (parent == null || last == null) {
      throw new ArchiveException("the host's root is mounted at " + path + "; it is not packed");
    }
    try (Fd place = At.open(parent, OpenFlags.PATH | OpenFlags.DIRECTORY)) {
      plainTree(place, last.toString(), path);
    }
  }

  private static void refuseTooLong(String path) throws ArchiveException {
    if (path.length() > LONGEST_PATH) {
      throw new ArchiveException("path too long: " + path.substring(0, 200) + "...");
    }
  }

  private void plainTree(Fd directory, String name, String path) throws IOException {
    FileStat stat = statOrNull(directory, name);
    if (stat == null) {
      return;
    }
    if (!stat.isDirectory()) {
      file(directory, name, path, stat);
      return;
    }
    try (Fd self = openOrNull(directory, name, READ_DIRECTORY)) {
      if (self != null) {
        directory(self, path);
        below(self, path);
      }
    }
  }

  /** One name alone: of a directory only its own entry. */
  public void single(Fd directory, String name, String path) throws IOException {
    FileStat stat = statOrNull(directory, name);
    if (stat == null) {
      return;
    }
    if (!stat.isDirectory()) {
      file(directory, name, path, stat);
      return;
    }
    try (Fd self = openOrNull(directory, name, READ_DIRECTORY)) {
      if (self != null) {
        directory(self, path);
      }
    }
  }

  /** The entry of an open directory, and the mark where it is opaque. */
  public void directory(Fd self, String path) throws IOException {
    FileStat stat = At.stat(self);
    tar.begin(entry(path, TarEntry.DIRECTORY, "", 0, stat, xattrs(self)));
    if (options.overlayMarks() && isOpaque(self)) {
      mark(path + "/" + Whiteouts.OPAQUE);
    }
  }

  /** A whiteout: {@code path} is that of the file that is gone. */
  public void whiteout(String path) throws IOException {
    String parent = EntryPath.parent(path);
    String mark = Whiteouts.PREFIX + EntryPath.base(path);
    mark(parent.isEmpty() ? mark : parent + "/" + mark);
  }

  private void mark(String path) throws IOException {
    tar.begin(TarEntry.file(path, 0, 0, 0));
  }

  private void file(Fd directory, String name, String path, FileStat stat) throws IOException {
    if (options.overlayMarks() && OverlayMarks.isWhiteout(stat)) {
      whiteout(path);
      return;
    }
    if (stat.type() == FileStat.SOCKET) {
      return;
    }
    if (stat.isRegular()) {
      regular(directory, name, path);
      return;
    }
    if (isFurtherName(path, stat)) {
      return;
    }
    Map<String, byte[]> attributes = Map.of();
    try (Fd self = openOrNull(directory, name, OpenFlags.PATH | OpenFlags.NO_FOLLOW)) {
      if (self == null) {
        return;
      }
      attributes = xattrs(self);
    }
    switch (stat.type()) {
      case FileStat.SYMLINK -> {
        String target = At.readLink(directory, name);
        tar.begin(entry(path, TarEntry.SYMLINK, target, 0, stat, attributes));
      }
      case FileStat.FIFO -> tar.begin(entry(path, TarEntry.FIFO, "", 0, stat, attributes));
      case FileStat.CHARACTER_DEVICE ->
          tar.begin(entry(path, TarEntry.CHARACTER, "", 0, stat, attributes));
      case FileStat.BLOCK_DEVICE -> tar.begin(entry(path, TarEntry.BLOCK, "", 0, stat, attributes));
      default -> throw new ArchiveException("unknown kind of file: " + path);
    }
  }

  /** Writes a hard link where the same file came before under another name. */
  private boolean isFurtherName(String path, FileStat stat) throws IOException {
    if (stat.links() < 2) {
      return false;
    }
    String first = firstNames.putIfAbsent(new FileKey(stat.device(), stat.inode()), path);
    if (first != null) {
      tar.begin(entry(path, TarEntry.HARD_LINK, first, 0, stat, Map.of()));
    }
    return first != null;
  }

  private void regular(Fd directory, String name, String path) throws IOException {
    try (Fd self = openOrNull(directory, name, READ_FILE)) {
      if (self == null) {
        return;
      }
      FileStat stat = At.stat(self);
      if (!stat.isRegular() || isFurtherName(path, stat)) {
        return;
      }
      tar.begin(entry(path, TarEntry.FILE, "", stat.size(), stat, fileXattrs(self)));
      long left = stat.size();
      while (left > 0) {
        int count = Io.read(self, buffer, 0, (int) Math.min(left, buffer.length));
        if (count < 0) {
          count = (int) Math.min(left, buffer.length);
          java.util.Arrays.fill(buffer, 0, count, (byte) 0);
        }
        tar.write(buffer, 0, count);
        left -= count;
      }
    }
  }

  private TarEntry entry(
      String path, char type, String link, long size, FileStat stat, Map<String, byte[]> xattrs) {
    boolean device = type == TarEntry.CHARACTER || type == TarEntry.BLOCK;
    Instant modified = stat.modified();
    long seconds = modified.getEpochSecond();
    int nanos = modified.getNano();
    return new TarEntry(
        path,
        type,
        link,
        stat.permissions(),
        Integer.toUnsignedLong(stat.uid()),
        Integer.toUnsignedLong(stat.gid()),
        size,
        seconds,
        options.nanos() ? nanos : 0,
        device ? Device.major(stat.rdev()) : 0,
        device ? Device.minor(stat.rdev()) : 0,
        xattrs);
  }

  private static Map<String, byte[]> xattrs(Fd file) throws IOException {
    return xattrs(file, Xattrs.list(file));
  }

  /** Likewise of a file that is open for reading: nearly none has any. */
  private static Map<String, byte[]> fileXattrs(Fd file) throws IOException {
    return xattrs(file, Xattrs.listOpen(file));
  }

  private static Map<String, byte[]> xattrs(Fd file, List<String> names) throws IOException {
    if (names.isEmpty()) {
      return Map.of();
    }
    Map<String, byte[]> result = new TreeMap<>();
    for (String name : names) {
      Optional<byte[]> value = XattrRules.travels(name) ? Xattrs.get(file, name) : Optional.empty();
      value.ifPresent(bytes -> result.put(name, bytes));
    }
    return result;
  }

  private static boolean isOpaque(Fd directory) throws IOException {
    return OverlayMarks.isOpaque(directory);
  }

  private static @Nullable FileStat statOrNull(Fd directory, String name) throws IOException {
    try {
      return At.stat(directory, name);
    } catch (LinuxException e) {
      if (e.is(Errno.ENOENT)) {
        return null;
      }
      throw e;
    }
  }

  /** Null where it vanished, or became something else, since it was listed. */
  private static @Nullable Fd openOrNull(Fd directory, String name, int flags) throws IOException {
    try {
      return At.open(directory, name, flags, 0);
    } catch (LinuxException e) {
      if (e.is(Errno.ENOENT) || e.is(Errno.ELOOP) || e.is(Errno.ENOTDIR) || e.is(Errno.ENXIO)) {
        return null;
      }
      throw e;
    }
  }
}
