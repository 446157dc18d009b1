package dev.priok.host.logging;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The files of one log: {@code base} is being written, the older ones carry a number that grows
 * with each rotation and never changes: {@code base.00000001}, and {@code base.00000001.zst} once
 * it is packed. The file being written has the number after the newest of them; so a place in the
 * log can be remembered over rotations, and over daemons.
 *
 * <p>For that, the newest rotated file is never removed: where its content has to go, it stays
 * behind empty.
 */
public final class LogFiles {
  private static final String PACKED = ".zst";
  private static final int PACKING_LEVEL = 1;

  private final Path base;
  private final Pattern form;

  public LogFiles(Path base) {
    this.base = base;
    this.form = Pattern.compile(Pattern.quote(base.getFileName() + ".") + "(\\d{8,18})(\\.zst)?");
  }

  /** A file that is not written any more. */
  record Rotated(long number, Path path, boolean packed) {}

  /** The file being written. */
  public Path base() {
    return base;
  }

  private Path rotated(long number) {
    return base.resolveSibling("%s.%08d".formatted(base.getFileName(), number));
  }

  /** The files before the one being written, by number. */
  NavigableMap<Long, Rotated> rotated() throws IOException {
    NavigableMap<Long, Rotated> result = new TreeMap<>();
    Path folder = base.toAbsolutePath().getParent();
    if (folder == null) {
      return result;
    }
    try (DirectoryStream<Path> entries =
        Files.newDirectoryStream(folder, base.getFileName() + ".*")) {
      for (Path entry : entries) {
        Matcher matcher = form.matcher(entry.getFileName().toString());
        if (matcher.matches()) {
          Rotated file =
              new Rotated(Long.parseLong(matcher.group(1)), entry, matcher.group(2) != null);
          // Both are there where packing was not completed: the plain one is whole.
          result.merge(file.number(), file, (a, b) -> a.packed() ? b : a);
        }
      }
    } catch (NoSuchFileException e) {
      return result; // the whole log has been removed
    }
    return result;
  }

  /** The number of the file being written. */
  public long number() throws IOException {
    NavigableMap<Long, Rotated> older = rotated();
    return older.isEmpty() ? 1 : older.lastKey() + 1;
  }

  /**
   * Renames the file being written. Its writer goes on writing to it until it is told to open
   * {@code base} anew; the file it will open then is made before, for a writer that cannot make it
   * on a full disk would end (conmon's reopen_k8s_file).
   */
  public void rotate() throws IOException {
    Path next = base.resolveSibling(base.getFileName() + ".tmp");
    if (!Files.exists(next)) {
      Files.createFile(next);
    }
    Files.move(base, rotated(number()), StandardCopyOption.ATOMIC_MOVE);
  }

  /** Packs the rotated files, unless their writer may still be at it: while there is no base. */
  public void pack() throws IOException {
    if (!Files.exists(base)) {
      return;
    }
    for (Rotated file : rotated().values()) {
      if (!file.packed() && Files.size(file.path()) > 0) {
        pack(file.path());
      }
    }
  }

  private static void pack(Path plain) throws IOException {
    Path packed = plain.resolveSibling(plain.getFileName() + PACKED);
    Path unfinished = plain.resolveSibling(plain.getFileName() + PACKED + ".tmp");
    try {
      try (OutputStream out =
          new ZstdOutputStream(Files.newOutputStream(unfinished), PACKING_LEVEL)) {
        Files.copy(plain, out);
      }
      Files.move(unfinished, packed, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      Files.deleteIfExists(unfinished);
      throw e;
    }
    Files.delete(plain);
  }

  /**
   * Drops the oldest files where there are more than {@code keep}, the one being written counted.
   */
  public void prune(int keep) throws IOException {
    List<Rotated> files = new ArrayList<>(rotated().values());
    for (int i = 0; i < files.size() - Math.max(keep - 1, 0); i++) {
      drop(files.get(i), i == files.size() - 1);
    }
  }

  /** Drops the oldest rotated file that holds anything; false where there is none. */
  public boolean dropOldest() throws IOException {
    List<Rotated> files = new ArrayList<>(rotated().values());
    for (int i = 0; i < files.size(); i++) {
      if (i < files.size() - 1 || Files.size(files.get(i).path()) > 0) {
        drop(files.get(i), i == files.size() - 1);
        return true;
      }
    }
    return false;
  }

  private void drop(Rotated file, boolean newest) throws IOException {
    if (newest) {
      Path plain = rotated(file.number());
      Path empty = plain.resolveSibling(plain.getFileName() + ".tmp");
      Files.write(empty, new byte[0]);
      Files.move(empty, plain, StandardCopyOption.ATOMIC_MOVE);
      Files.deleteIfExists(plain.resolveSibling(plain.getFileName() + PACKED));
    } else {
      Files.deleteIfExists(rotated(file.number()));
      Files.deleteIfExists(file.path());
    }
  }

  /** Bytes after that place; of packed files what they take on the disk. */
  public long after(LogPlace place) throws IOException {
    long sum = 0;
    NavigableMap<Long, Rotated> older = rotated();
    for (Rotated file : older.tailMap(place.number(), true).values()) {
      boolean inside = file.number() == place.number() && !file.packed();
      sum += Math.max(0, length(file.path()) - (inside ? place.offset() : 0));
    }
    long number = older.isEmpty() ? 1 : older.lastKey() + 1;
    return sum + Math.max(0, length(base) - (number == place.number() ? place.offset() : 0));
  }

  private static long length(Path path) throws IOException {
    try {
      return Files.size(path);
    } catch (NoSuchFileException e) {
      return 0; // rotated or dropped meanwhile
    }
  }

  /** Bytes on disk of all of them. */
  public long size() throws IOException {
    return after(LogPlace.START);
  }
}
