package dev.priok.host.archive;

import java.util.Map;

/**
 * One member of a tar. Names are as {@link dev.priok.kernel.call.PathText} has them.
 *
 * @param type the header's type flag, {@link #FILE} and so on
 * @param link target of a symbolic link, or name of the member that a hard link means
 * @param size bytes of content that follow; for a sparse file those of the whole file
 * @param xattrs by attribute name, values as bytes
 */
public record TarEntry(
    String name,
    char type,
    String link,
    int mode,
    long uid,
    long gid,
    long size,
    long mtimeSeconds,
    int mtimeNanos,
    int deviceMajor,
    int deviceMinor,
    Map<String, byte[]> xattrs) {
  public static final char FILE = '0';
  public static final char HARD_LINK = '1';
  public static final char SYMLINK = '2';
  public static final char CHARACTER = '3';
  public static final char BLOCK = '4';
  public static final char DIRECTORY = '5';
  public static final char FIFO = '6';

  /** A plain file of the given content size, owned by root. */
  public static TarEntry file(String name, int mode, long size, long mtimeSeconds) {
    return new TarEntry(name, FILE, "", mode, 0, 0, size, mtimeSeconds, 0, 0, 0, Map.of());
  }

  /** A directory, owned by root. */
  public static TarEntry directory(String name, int mode, long mtimeSeconds) {
    return new TarEntry(name, DIRECTORY, "", mode, 0, 0, 0, mtimeSeconds, 0, 0, 0, Map.of());
  }

  public boolean isDirectory() {
    return type == DIRECTORY;
  }

  public TarEntry withName(String newName) {
    return new TarEntry(
        newName,
        type,
        link,
        mode,
        uid,
        gid,
        size,
        mtimeSeconds,
        mtimeNanos,
        deviceMajor,
        deviceMinor,
        xattrs);
  }

  public TarEntry withLink(String newLink) {
    return new TarEntry(
        name,
        type,
        newLink,
        mode,
        uid,
        gid,
        size,
        mtimeSeconds,
        mtimeNanos,
        deviceMajor,
        deviceMinor,
        xattrs);
  }

  public TarEntry withOwner(long newUid, long newGid) {
    return new TarEntry(
        name,
        type,
        link,
        mode,
        newUid,
        newGid,
        size,
        mtimeSeconds,
        mtimeNanos,
        deviceMajor,
        deviceMinor,
        xattrs);
  }
}
