package dev.priok.host.storage.tree;

import dev.priok.host.archive.XattrRules;
import dev.priok.host.storage.StorageDriver.Change;
import dev.priok.host.storage.StorageDriver.ChangeKind;
import dev.priok.host.storage.layer.Difference;
import dev.priok.kernel.call.At;
import dev.priok.kernel.call.DirectoryEntry;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.FileStat;
import dev.priok.kernel.call.OpenFlags;
import dev.priok.kernel.fs.Xattrs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What differs between two complete trees; sorted by path, a directory before what is in it. */
public final class TreeChanges {
  private static final int DIRECTORY = OpenFlags.PATH | OpenFlags.DIRECTORY | OpenFlags.NO_FOLLOW;

  private final List<Change> changes = new ArrayList<>();

  private TreeChanges() {}

  /** Compares; without a tree before, everything was added. */
  public static List<Change> between(@Nullable Path before, Path now) throws IOException {
    TreeChanges work = new TreeChanges();
    try (Fd old = before == null ? null : At.open(before, OpenFlags.PATH | OpenFlags.DIRECTORY);
        Fd current = At.open(now, OpenFlags.PATH | OpenFlags.DIRECTORY)) {
      work.directory(old, current, "");
    }
    return work.changes;
  }

  private void directory(@Nullable Fd before, Fd now, String path) throws IOException {
    Set<String> old = before == null ? Set.of() : names(before);
    Set<String> present = names(now);
    Set<String> all = new TreeSet<>(old);
    all.addAll(present);
    for (String name : all) {
      String full = path + "/" + name;
      if (!present.contains(name)) {
        changes.add(new Change(full, ChangeKind.DELETED));
      } else {
        FileStat was = before != null && old.contains(name) ? At.stat(before, name) : null;
        entry(before, was, now, name, full);
      }
    }
  }

  /** Attributes, capabilities among them, change without the time of the content. */
  private static boolean attributesDiffer(
      @Nullable Fd before, FileStat was, Fd now, FileStat stat, String name) throws IOException {
    if (before == null) {
      return false;
    }
    // A hard link is the file itself. Times say nothing: an attribute may have been set within the
    // same
    // tick of the kernel's clock in which the file, or the snapshot of it, was made.
    if (was.device() == stat.device() && was.inode() == stat.inode()) {
      return false;
    }
    int flags = OpenFlags.PATH | OpenFlags.NO_FOLLOW;
    try (Fd old = At.open(before, name, flags, 0);
        Fd current = At.open(now, name, flags, 0)) {
      return !attributes(old).equals(attributes(current));
    }
  }

  private static Map<String, ByteBuffer> attributes(Fd file) throws IOException {
    Map<String, ByteBuffer> result = new TreeMap<>();
    for (String name : Xattrs.list(file)) {
      if (XattrRules.travels(name)) {
        Xattrs.get(file, name).ifPresent(value -> result.put(name, ByteBuffer.wrap(value)));
      }
    }
    return result;
  }

  private static Set<String> names(Fd directory) throws IOException {
    return At.list(directory).stream().map(DirectoryEntry::name).collect(Collectors.toSet());
  }

  private void entry(@Nullable Fd before, @Nullable FileStat was, Fd now, String name, String path)
      throws IOException {
    FileStat stat = At.stat(now, name);
    int position = changes.size();
    if (was == null) {
      changes.add(new Change(path, ChangeKind.ADDED));
    } else if (Difference.between(was, stat) || attributesDiffer(before, was, now, stat, name)) {
      changes.add(new Change(path, ChangeKind.MODIFIED));
    }
    if (!stat.isDirectory()) {
      return;
    }
    boolean listed = changes.size() > position;
    int inside = changes.size();
    try (Fd self = At.open(now, name, DIRECTORY, 0)) {
      if (before != null && was != null && was.isDirectory()) {
        try (Fd old = At.open(before, name, DIRECTORY, 0)) {
          directory(old, self, path);
        }
      } else {
        directory(null, self, path);
      }
    }
    if (!listed && changes.size() > inside) {
      changes.add(position, new Change(path, ChangeKind.MODIFIED));
    }
  }
}
