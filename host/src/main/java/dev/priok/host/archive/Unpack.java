package dev.priok.host.archive;

import dev.priok.kernel.call.At;
import dev.priok.kernel.call.Device;
import dev.priok.kernel.call.Errno;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.FileStat;
import dev.priok.kernel.call.Io;
import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.call.OpenFlags;
import dev.priok.kernel.fs.Xattrs;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Unpacks one tar below a root, in one pass, and never outside of it.
 *
 * <p>The way to an entry is resolved as in a chroot; the entry's own name is never followed: what
 * stands in its place is removed first, and regular files are opened with O_EXCL. Owner comes
 * before mode, because chown clears the setuid bit and file capabilities; times of directories come
 * last, because entries change them.
 *
 * <p>Below an empty root small files are written beside the reading of the tar ({@link
 * SideWriters}). The outcome is that of one after the other: only a file at a path that no entry
 * had before is handed over, on a way without links, so that equal places are equal paths; every
 * entry that touches such a path, reaches for another entry (hard links, whiteouts, replacements)
 * or changes how files are made (attributes of a directory) waits for all of them first, and the
 * first link on the way to an entry ends it.
 */
public final class Unpack implements AutoCloseable {
  private static final int NEW_FILE =
      OpenFlags.WRITE_ONLY | OpenFlags.CREATE | OpenFlags.EXCLUSIVE | OpenFlags.NO_FOLLOW;

  /** Content that is held in memory to be written beside. */
  private static final int SMALL = 256 * 1024;

  private record DirectoryTimes(String path, Instant time) {}

  private final Fd root;
  private final UnpackOptions options;
  private final boolean ownsRoot;
  private final OpenParents parents;
  private final byte[] buffer = new byte[64 * 1024];
  private final List<DirectoryTimes> directories = new ArrayList<>();
  private final Set<String> unpacked = new HashSet<>();

  /** Paths with a whiteout: the mark of a driver may stand there. */
  private final Set<String> marked = new HashSet<>();

  private @Nullable SideWriters side;
  private long contentBytes;

  /** Something was removed: a path kept open may mean another directory now. */
  private boolean pathsChanged;

  private Unpack(Fd root, UnpackOptions options, boolean ownsRoot) {
    this.root = root;
    this.ownsRoot = ownsRoot;
    this.options = options;
    this.parents = new OpenParents(root, this::linkSeen);
    this.side = options.emptyRoot() ? new SideWriters() : null;
  }

  /**
   * Unpacks an uncompressed tar and reads the stream to its end.
   *
   * @param root a directory of ours
   * @return bytes of file content written
   */
  public static long into(Path root, InputStream tar, UnpackOptions options) throws IOException {
    return DiskWork.call(() -> {
      try (Fd directory = At.open(root, OpenFlags.PATH | OpenFlags.DIRECTORY)) {
        return into(directory, tar, options);
      }
    });
  }

  /** Likewise below an open directory. The calling thread does the work. */
  public static long into(Fd root, InputStream tar, UnpackOptions options) throws IOException {
    try (Unpack unpack = new Unpack(root, options, false);
        TarReader reader = new TarReader(tar)) {
      for (TarEntry entry = reader.next(); entry != null; entry = reader.next()) {
        unpack.add(reader, entry);
      }
      reader.drain();
      return unpack.finish();
    }
  }

  /** An unpacking that is given its entries one by one; closes the directory in the end. */
  public static Unpack below(Fd root, UnpackOptions options) {
    return new Unpack(root, options, true);
  }

  @Override
  public void close() {
    SideWriters beside = side;
    if (beside != null) {
      beside.close();
    }
    parents.close();
    if (ownsRoot) {
      root.close();
    }
  }

  /** Unpacks the entry at which the reader stands. */
  public void add(TarReader tar, TarEntry entry) throws IOException {
    String path = EntryPath.clean(entry.name());
    if (path == null) {
      throw new ArchiveException("invalid entry name \"" + entry.name() + "\"");
    }
    if (path.isEmpty()) {
      rootItself(entry);
    } else if (!isMark(path, entry)) {
      entry(tar, entry, path);
    }
  }

  /**
   * Sets the times of directories, which later entries would change.
   *
   * @return bytes of file content written
   */
  public long finish() throws IOException {
    settle();
    // backwards: a directory's times are set after everything below it
    for (DirectoryTimes directory : directories.reversed()) {
      times(directory);
    }
    return contentBytes;
  }

  /** {@code ./} gives the root its owner and mode in a layer; docker cp leaves its target alone. */
  private void rootItself(TarEntry entry) throws IOException {
    if (options.whiteouts() == null || !entry.isDirectory()) {
      return;
    }
    try (Fd self = At.open(root, ".", OpenFlags.READ_ONLY | OpenFlags.DIRECTORY, 0)) {
      metadata(self, entry);
    }
    directories.add(new DirectoryTimes("", time(entry)));
  }

  private boolean isMark(String path, TarEntry entry) throws IOException {
    Whiteouts whiteouts = options.whiteouts();
    if (whiteouts == null) {
      return false;
    }
    if (path.startsWith(Whiteouts.META_PREFIX) && !path.equals(Whiteouts.OPAQUE)) {
      if (entry.type() == TarEntry.FILE && path.indexOf('/') > 0) {
        // aufs kept hard-linked files here; its layers went out with Docker 1.x
        throw new ArchiveException("aufs hard link directory in layer is not supported: " + path);
      }
      return true;
    }
    String base = EntryPath.base(path);
    if (!base.startsWith(Whiteouts.PREFIX)) {
      return false;
    }
    String parent = EntryPath.parent(path);
    settle();
    parents.forget();
    Fd directory = parents.get(parent);
    if (base.equals(Whiteouts.OPAQUE)) {
      whiteouts.opaque(directory, parent, unpacked::contains);
    } else if (!base.startsWith(Whiteouts.META_PREFIX)) {
      String name = base.substring(Whiteouts.PREFIX.length());
      if (name.isEmpty() || name.equals(".") || name.equals("..")) {
        throw new ArchiveException("invalid whiteout name: \"" + path + "\"");
      }
      String full = parent.isEmpty() ? name : parent + "/" + name;
      whiteouts.gone(directory, full, name, unpacked::contains);
      marked.add(full);
    }
    pathsChanged = true;
    return true;
  }

  private void entry(TarReader tar, TarEntry entry, String path) throws IOException {
    boolean first = !unpacked.contains(path) && !marked.contains(path);
    if (options.whiteouts() != null || side != null) {
      for (String p = path; !p.isEmpty() && unpacked.add(p); p = EntryPath.parent(p)) {}
    }
    SideWriters beside = side;
    if (beside != null && (mustBeAlone(entry) || beside.touches(path))) {
      beside.settle();
    }
    if (pathsChanged) {
      parents.forget();
      pathsChanged = false;
    }
    Fd parent = parents.get(EntryPath.parent(path));
    String name = EntryPath.base(path);
    beside = side; // a link on the way has ended it
    if (beside != null && first && entry.type() == TarEntry.FILE && entry.size() <= SMALL) {
      besides(beside, tar, entry, path, name);
      return;
    }
    switch (entry.type()) {
      case TarEntry.FILE -> file(tar, entry, parent, path, name);
      case TarEntry.DIRECTORY -> directory(entry, parent, path, name);
      case TarEntry.SYMLINK ->
          node(entry, parent, path, name, () -> At.makeSymlink(entry.link(), parent, name));
      case TarEntry.HARD_LINK -> hardLink(entry, parent, path, name);
      case TarEntry.CHARACTER -> device(entry, parent, path, name, FileStat.CHARACTER_DEVICE);
      case TarEntry.BLOCK -> device(entry, parent, path, name, FileStat.BLOCK_DEVICE);
      case TarEntry.FIFO -> device(entry, parent, path, name, FileStat.FIFO);
      default -> throw new ArchiveException("unhandled tar header type " + (int) entry.type());
    }
  }

  /** Whether an entry's effect depends on what is there, or changes what comes after. */
  private static boolean mustBeAlone(TarEntry entry) {
    return entry.type() == TarEntry.HARD_LINK
        || (entry.isDirectory() && !entry.xattrs().isEmpty()); // default ACLs are inherited
  }

  /** Paths may be other names of the same place from now on: one after the other. */
  private void linkSeen() throws IOException {
    SideWriters beside = side;
    if (beside != null) {
      beside.settle();
      beside.close();
      side = null;
    }
  }

  private void settle() throws IOException {
    SideWriters beside = side;
    if (beside != null) {
      beside.settle();
    }
  }

  private void besides(SideWriters beside, TarReader tar, TarEntry entry, String path, String name)
      throws IOException {
    byte[] content = new byte[(int) entry.size()];
    if (tar.readNBytes(content, 0, content.length) != content.length) {
      throw new java.io.EOFException("unexpected EOF");
    }
    contentBytes += content.length;
    OpenParents.Hold parent = parents.hold(EntryPath.parent(path));
    beside.add(
        path,
        content.length,
        () -> {
          try (Fd file = At.open(parent.directory(), name, NEW_FILE, 0600)) {
            if (content.length > 0) {
              Io.write(file, content);
            }
            metadata(file, entry);
            At.setTimes(file, time(entry), time(entry));
          }
        },
        parent.release());
  }

  private void file(TarReader tar, TarEntry entry, Fd parent, String path, String name)
      throws IOException {
    try (Fd file = newFile(entry, parent, path, name)) {
      content(tar, entry, file);
      metadata(file, entry);
      At.setTimes(file, time(entry), time(entry));
    }
  }

  private Fd newFile(TarEntry entry, Fd parent, String path, String name) throws IOException {
    try {
      return At.open(parent, name, NEW_FILE, 0600);
    } catch (LinuxException e) {
      replace(e, entry, parent, path, name);
      return At.open(parent, name, NEW_FILE, 0600);
    }
  }

  private void content(TarReader tar, TarEntry entry, Fd file) throws IOException {
    HoleWriter writer = new HoleWriter(file);
    // Whole buffers: a client's pieces are smaller, and fewer large calls are quicker.
    for (int count = tar.readNBytes(buffer, 0, buffer.length);
        count > 0;
        count = tar.readNBytes(buffer, 0, buffer.length)) {
      writer.write(buffer, 0, count);
    }
    writer.finish();
    long written = writer.length();
    if (written != entry.size()) {
      throw new java.io.EOFException("unexpected EOF");
    }
    contentBytes += written;
  }

  private void directory(TarEntry entry, Fd parent, String path, String name) throws IOException {
    boolean tookWhiteout = false;
    try {
      At.makeDirectory(parent, name, 0700);
    } catch (LinuxException e) {
      FileStat there = e.is(Errno.EEXIST) ? At.stat(parent, name) : null;
      if (there == null || !there.isDirectory()) {
        tookWhiteout = there != null && isWhiteout(there);
        replace(e, entry, parent, path, name);
        At.makeDirectory(parent, name, 0700);
      }
    }
    int flags = OpenFlags.READ_ONLY | OpenFlags.DIRECTORY | OpenFlags.NO_FOLLOW;
    try (Fd self = At.open(parent, name, flags, 0)) {
      metadata(self, entry);
      Whiteouts whiteouts = options.whiteouts();
      if (tookWhiteout && whiteouts != null) {
        whiteouts.replacedByDirectory(self);
      }
    }
    directories.add(new DirectoryTimes(path, time(entry)));
  }

  private void hardLink(TarEntry entry, Fd parent, String path, String name) throws IOException {
    String target = EntryPath.clean(entry.link());
    if (target == null || target.isEmpty()) {
      throw new ArchiveException("invalid hardlink \"" + path + "\" -> \"" + entry.link() + "\"");
    }
    if (target.equals(path)) {
      return; // some writers link a file to itself; replacing it would lose it
    }
    String targetParent = EntryPath.parent(target);
    try (Fd from = At.openInRoot(root, targetParent, OpenFlags.PATH | OpenFlags.DIRECTORY, 0)) {
      String targetName = EntryPath.base(target);
      try {
        At.makeHardLink(from, targetName, parent, name);
      } catch (LinuxException e) {
        replace(e, entry, parent, path, name);
        At.makeHardLink(from, targetName, parent, name);
      }
    }
  }

  private void device(TarEntry entry, Fd parent, String path, String name, int type)
      throws IOException {
    long device = type == FileStat.FIFO ? 0 : Device.of(entry.deviceMajor(), entry.deviceMinor());
    node(entry, parent, path, name, () -> At.makeNode(parent, name, type | 0600, device));
  }

  /** Makes one of the kinds that are not opened. */
  private void node(TarEntry entry, Fd parent, String path, String name, Make make)
      throws IOException {
    try {
      make.run();
    } catch (LinuxException e) {
      replace(e, entry, parent, path, name);
      make.run();
    }
    At.changeOwner(parent, name, uid(entry), gid(entry));
    if (entry.type() != TarEntry.SYMLINK) {
      At.changeMode(parent, name, entry.mode());
    }
    if (!entry.xattrs().isEmpty()) {
      try (Fd self = At.open(parent, name, OpenFlags.PATH | OpenFlags.NO_FOLLOW, 0)) {
        attributes(self, entry.xattrs());
      }
    }
    At.setTimes(parent, name, time(entry), time(entry));
  }

  private interface Make {
    void run() throws LinuxException;
  }

  /** Clears the place of an entry after {@code failure} said that something is there. */
  private void replace(LinuxException failure, TarEntry entry, Fd parent, String path, String name)
      throws IOException {
    if (!failure.is(Errno.EEXIST)) {
      throw failure;
    }
    settle();
    boolean thereIsDirectory = At.stat(parent, name).isDirectory();
    if (options.keepKinds() && thereIsDirectory && !entry.isDirectory()) {
      throw new ArchiveException("cannot overwrite directory \"" + path + "\" with non-directory");
    }
    if (options.keepKinds() && !thereIsDirectory && entry.isDirectory()) {
      throw new ArchiveException("cannot overwrite non-directory \"" + path + "\" with directory");
    }
    RemoveTree.in(parent, name);
    if (thereIsDirectory) {
      unpacked.removeIf(p -> p.startsWith(path + "/"));
    }
    pathsChanged = true;
  }

  private void metadata(Fd file, TarEntry entry) throws IOException {
    At.changeOwner(file, uid(entry), gid(entry));
    At.changeMode(file, entry.mode());
    if (!entry.xattrs().isEmpty()) {
      attributes(file, entry.xattrs());
    }
  }

  private static void attributes(Fd file, Map<String, byte[]> attributes) throws IOException {
    for (Map.Entry<String, byte[]> attribute : attributes.entrySet()) {
      if (!XattrRules.travels(attribute.getKey())) {
        continue;
      }
      try {
        Xattrs.set(file, attribute.getKey(), attribute.getValue());
      } catch (LinuxException e) {
        // as Docker: an attribute that this file system does not know is no reason to refuse
        if (!e.is(Errno.EOPNOTSUPP) && !e.is(Errno.EPERM)) {
          throw e;
        }
      }
    }
  }

  private void times(DirectoryTimes directory) throws IOException {
    int flags = OpenFlags.READ_ONLY | OpenFlags.DIRECTORY | OpenFlags.NO_FOLLOW;
    try (Fd self = At.openInRoot(root, directory.path(), flags, 0)) {
      At.setTimes(self, directory.time(), directory.time());
    } catch (LinuxException e) {
      // a later entry may have replaced it by something else
      if (!e.is(Errno.ENOENT) && !e.is(Errno.ENOTDIR) && !e.is(Errno.ELOOP)) {
        throw e;
      }
    }
  }

  private int uid(TarEntry entry) {
    UnpackOptions.@Nullable Owner owner = options.owner();
    return owner != null ? owner.uid() : (int) entry.uid();
  }

  private int gid(TarEntry entry) {
    UnpackOptions.@Nullable Owner owner = options.owner();
    return owner != null ? owner.gid() : (int) entry.gid();
  }

  private static boolean isWhiteout(FileStat stat) {
    return stat.type() == FileStat.CHARACTER_DEVICE && stat.rdev() == 0;
  }

  private static Instant time(TarEntry entry) {
    return Instant.ofEpochSecond(entry.mtimeSeconds(), entry.mtimeNanos());
  }
}
