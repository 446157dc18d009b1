package dev.priok.host.storage.stack;

import dev.priok.host.archive.OverlayMarks;
import dev.priok.host.storage.StorageDriver.Change;
import dev.priok.host.storage.StorageDriver.ChangeKind;
import dev.priok.host.storage.layer.Difference;
import dev.priok.kernel.call.At;
import dev.priok.kernel.call.DirectoryEntry;
import dev.priok.kernel.call.Errno;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.FileStat;
import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.call.OpenFlags;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What an upper directory changes in the layers below it. Walks the upper directory and, side by
 * side, the directories below that make up the same merged directory.
 */
public final class StackChanges {
  private static final int DIRECTORY = OpenFlags.PATH | OpenFlags.DIRECTORY | OpenFlags.NO_FOLLOW;

  private final List<Change> changes = new ArrayList<>();

  private StackChanges() {}

  /** Changes of an upper directory; lower ones from the topmost. */
  public static List<Change> of(Path upper, List<Path> lower) throws IOException {
    StackChanges work = new StackChanges();
    List<Fd> below = new ArrayList<>();
    try (Fd top = At.open(upper, OpenFlags.PATH | OpenFlags.DIRECTORY)) {
      for (Path directory : lower) {
        below.add(At.open(directory, OpenFlags.PATH | OpenFlags.DIRECTORY));
      }
      work.directory(top, "", below);
    } finally {
      below.forEach(Fd::close);
    }
    return work.changes;
  }

  /** The layers below as they show a name: what it is, and which directories make it up. */
  private record Below(@Nullable FileStat stat, List<Fd> directories) implements AutoCloseable {
    @Override
    public void close() {
      directories.forEach(Fd::close);
    }
  }

  private void directory(Fd upper, String path, List<Fd> below) throws IOException {
    List<DirectoryEntry> entries = At.list(upper);
    entries.removeIf(entry -> OverlayMarks.isFileOfMark(entry.name()));
    entries.sort(Comparator.comparing(DirectoryEntry::name));
    Set<String> names = new TreeSet<>();
    for (DirectoryEntry entry : entries) {
      names.add(entry.name());
      entry(upper, entry.name(), path + "/" + entry.name(), below);
    }
    if (!path.isEmpty() && OverlayMarks.isOpaque(upper)) {
      for (String name : namesBelow(below)) {
        if (!names.contains(name)) {
          changes.add(new Change(path + "/" + name, ChangeKind.DELETED));
        }
      }
    }
  }

  private void entry(Fd upper, String name, String path, List<Fd> below) throws IOException {
    FileStat stat = statOrNull(upper, name);
    if (stat == null) {
      return;
    }
    try (Below old = below(below, name)) {
      FileStat before = old.stat();
      if (OverlayMarks.isWhiteout(stat)) {
        if (before != null) {
          changes.add(new Change(path, ChangeKind.DELETED));
        }
        return;
      }
      int position = changes.size();
      if (before == null) {
        changes.add(new Change(path, ChangeKind.ADDED));
      } else if (Difference.between(before, stat)) {
        changes.add(new Change(path, ChangeKind.MODIFIED));
      }
      if (stat.isDirectory()) {
        boolean listed = changes.size() > position;
        int inside = changes.size();
        try (Fd self = At.open(upper, name, DIRECTORY, 0)) {
          directory(self, path, old.directories());
        }
        if (!listed && changes.size() > inside) {
          // as Docker: the way to a change counts as changed
          changes.add(position, new Change(path, ChangeKind.MODIFIED));
        }
      }
    }
  }

  private static Below below(List<Fd> layers, String name) throws IOException {
    FileStat found = null;
    List<Fd> directories = new ArrayList<>();
    try {
      for (Fd layer : layers) {
        FileStat stat = statOrNull(layer, name);
        if (stat == null) {
          continue;
        }
        if (OverlayMarks.isWhiteout(stat)) {
          break;
        }
        if (!stat.isDirectory()) {
          found = found == null ? stat : found;
          break;
        }
        found = found == null ? stat : found;
        Fd directory = At.open(layer, name, DIRECTORY, 0);
        directories.add(directory);
        if (OverlayMarks.isOpaque(directory)) {
          break;
        }
      }
      return new Below(found, directories);
    } catch (IOException | RuntimeException e) {
      directories.forEach(Fd::close);
      throw e;
    }
  }

  /** Names that the layers below show together. */
  private static Set<String> namesBelow(List<Fd> layers) throws IOException {
    Set<String> names = new TreeSet<>();
    Set<String> hidden = new TreeSet<>();
    for (Fd layer : layers) {
      for (DirectoryEntry entry : At.list(layer)) {
        FileStat stat = statOrNull(layer, entry.name());
        if (OverlayMarks.isFileOfMark(entry.name())) {
          continue;
        }
        if (stat != null && OverlayMarks.isWhiteout(stat)) {
          hidden.add(entry.name());
        } else if (!hidden.contains(entry.name())) {
          names.add(entry.name());
          hidden.add(entry.name());
        }
      }
    }
    return names;
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
}
