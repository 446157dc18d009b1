package dev.priok.host.archive;

import dev.priok.kernel.call.At;
import dev.priok.kernel.call.DirectoryEntry;
import dev.priok.kernel.call.Errno;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.FileStat;
import dev.priok.kernel.call.Io;
import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.call.OpenFlags;
import dev.priok.kernel.fs.Xattrs;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Copies what is below one directory into another, with owner, mode, times, links, devices and
 * attributes; blocks are shared where the file system can (FICLONE). Links are copied, never
 * followed.
 */
public final class CopyTree {
  private static final long FICLONE = 0x40049409L;
  private static final int READ_FILE =
      OpenFlags.READ_ONLY | OpenFlags.NO_FOLLOW | OpenFlags.NON_BLOCKING;
  private static final int NEW_FILE =
      OpenFlags.WRITE_ONLY | OpenFlags.CREATE | OpenFlags.EXCLUSIVE | OpenFlags.NO_FOLLOW;
  private static final int READ_DIRECTORY =
      OpenFlags.READ_ONLY | OpenFlags.DIRECTORY | OpenFlags.NO_FOLLOW;

  private record FileKey(long device, long inode) {}

  private record Place(Fd directory, String name) {}

  private final Fd target;
  private final Map<FileKey, String> copied = new HashMap<>();
  private final byte[] buffer = new byte[64 * 1024];
  private final Kind kind;
  private boolean mayClone = true;

  private enum Kind {
    COPY,
    UPPER,
    LINK
  }

  private CopyTree(Fd target, Kind kind) {
    this.target = target;
    this.kind = kind;
  }

  /** Copies into an empty directory, whose own owner, mode, times and attributes follow too. */
  public static void into(Fd source, Fd target) throws IOException {
    new CopyTree(target, Kind.COPY).all(source);
  }

  /** Likewise, of an upper directory of an overlay: what it hides stays hidden. */
  public static void upperInto(Fd source, Fd target) throws IOException {
    new CopyTree(target, Kind.UPPER).all(source);
  }

  /**
   * Makes directories anew and gives files a further name: the two trees share them, so neither may
   * ever write into one. A file that can take no more names (EMLINK) is copied.
   */
  public static void linkInto(Fd source, Fd target) throws IOException {
    new CopyTree(target, Kind.LINK).all(source);
  }

  private void all(Fd source) throws IOException {
    try (Fd from = At.open(source, ".", READ_DIRECTORY, 0);
        Fd to = At.open(target, ".", READ_DIRECTORY, 0)) {
      children(from, to, "");
      metadata(from, to);
    }
  }

  private void children(Fd from, Fd to, String path) throws IOException {
    for (DirectoryEntry entry : At.list(from)) {
      String name = entry.name();
      copy(new Place(from, name), new Place(to, name), path.isEmpty() ? name : path + "/" + name);
    }
  }

  private void copy(Place from, Place to, String path) throws IOException {
    FileStat stat = At.stat(from.directory(), from.name());
    if (stat.isDirectory()) {
      At.makeDirectory(to.directory(), to.name(), 0700);
      try (Fd source = At.open(from.directory(), from.name(), READ_DIRECTORY, 0);
          Fd made = At.open(to.directory(), to.name(), READ_DIRECTORY, 0)) {
        children(source, made, path);
        metadata(source, made);
      }
      return;
    }
    if (kind == Kind.LINK && link(from, to)) {
      return;
    }
    if (stat.links() > 1) {
      String first = copied.putIfAbsent(new FileKey(stat.device(), stat.inode()), path);
      if (first != null) {
        int flags = OpenFlags.PATH | OpenFlags.DIRECTORY;
        String parent = EntryPath.parent(first);
        try (Fd place =
            At.openResolved(
                target, parent, flags, 0, At.RESOLVE_NO_SYMLINKS | At.RESOLVE_BENEATH)) {
          At.makeHardLink(place, EntryPath.base(first), to.directory(), to.name());
        }
        return;
      }
    }
    if (stat.isRegular()) {
      try (Fd source = At.open(from.directory(), from.name(), READ_FILE, 0);
          Fd made = At.open(to.directory(), to.name(), NEW_FILE, 0600)) {
        content(source, made);
        metadata(source, made);
      }
    } else {
      node(from, to, stat);
    }
  }

  private static boolean link(Place from, Place to) throws IOException {
    try {
      At.makeHardLink(from.directory(), from.name(), to.directory(), to.name());
      return true;
    } catch (LinuxException e) {
      if (e.is(Errno.EMLINK)) {
        return false;
      }
      throw e;
    }
  }

  private void node(Place from, Place to, FileStat stat) throws IOException {
    if (stat.isSymlink()) {
      String link = At.readLink(from.directory(), from.name());
      At.makeSymlink(link, to.directory(), to.name());
    } else {
      At.makeNode(to.directory(), to.name(), stat.type() | 0600, stat.rdev());
    }
    At.changeOwner(to.directory(), to.name(), stat.uid(), stat.gid());
    if (!stat.isSymlink()) {
      At.changeMode(to.directory(), to.name(), stat.permissions());
    }
    int flags = OpenFlags.PATH | OpenFlags.NO_FOLLOW;
    try (Fd source = At.open(from.directory(), from.name(), flags, 0);
        Fd made = At.open(to.directory(), to.name(), flags, 0)) {
      attributes(source, made);
    }
    At.setTimes(to.directory(), to.name(), stat.modified(), stat.modified());
  }

  private void content(Fd source, Fd made) throws IOException {
    if (mayClone) {
      try {
        Io.ioctl(made, FICLONE, source.number());
        return;
      } catch (LinuxException e) {
        mayClone = false; // another file system, or one without shared blocks: copy from now on
      }
    }
    HoleWriter writer = new HoleWriter(made);
    int count;
    while ((count = Io.read(source, buffer, 0, buffer.length)) > 0) {
      writer.write(buffer, 0, count);
    }
    writer.finish();
  }

  private void metadata(Fd source, Fd made) throws IOException {
    FileStat stat = At.stat(source);
    At.changeOwner(made, stat.uid(), stat.gid());
    At.changeMode(made, stat.permissions());
    attributes(source, made);
    At.setTimes(made, stat.modified(), stat.modified());
  }

  private void attributes(Fd source, Fd made) throws IOException {
    for (String name : Xattrs.list(source)) {
      Optional<byte[]> value =
          XattrRules.travels(name) || (kind == Kind.UPPER && OverlayMarks.isMark(name))
              ? Xattrs.get(source, name)
              : Optional.empty();
      if (value.isPresent()) {
        Xattrs.set(made, name, value.get());
      }
    }
  }
}
