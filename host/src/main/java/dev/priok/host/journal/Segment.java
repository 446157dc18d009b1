package dev.priok.host.journal;

import com.github.luben.zstd.Zstd;
import dev.priok.host.journal.Journal.Entry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A full segment: packed as {@code FIRST-COUNT-EARLIEST-LATEST.zst}, or not yet.
 *
 * @param earliest time of an entry, and {@code latest} likewise; clocks can be set back
 * @param size of the file in bytes
 */
record Segment(
    Path file, long first, int count, long earliest, long latest, long size, boolean packed) {

  static final String UNFINISHED = ".new";
  private static final Pattern NAME = Pattern.compile("(\\d{19})-(\\d+)-(-?\\d+)-(-?\\d+)\\.zst");
  private static final int LEVEL = 3;

  /** A packed one, by its file; null where it is something else. */
  static @Nullable Segment ofName(Path file) throws IOException {
    Matcher name = NAME.matcher(file.getFileName().toString());
    if (!name.matches()) {
      return null;
    }
    return new Segment(
        file,
        Long.parseLong(name.group(1)),
        Integer.parseInt(name.group(2)),
        Long.parseLong(name.group(3)),
        Long.parseLong(name.group(4)),
        Files.size(file),
        true);
  }

  /** The number after its last entry. */
  long end() {
    return first + count;
  }

  List<Entry> read(long from, int most) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    if (packed) {
      bytes = Zstd.decompress(bytes, (int) Zstd.getFrameContentSize(bytes));
    }
    List<Entry> entries = Records.decode(first, bytes).entries();
    int begin = (int) (from - first);
    if (begin >= entries.size()) {
      throw new IOException(file + " is damaged: it has " + entries.size() + " whole entries");
    }
    return entries.subList(begin, (int) Math.min(entries.size(), begin + (long) most));
  }

  /** Writes the packed form, durably; the raw file is the caller's to remove. */
  Segment pack() throws IOException {
    byte[] bytes = Zstd.compress(Files.readAllBytes(file), LEVEL);
    String name = "%019d-%d-%d-%d.zst".formatted(first, count, earliest, latest);
    Path target = file.resolveSibling(name);
    Path temporary = file.resolveSibling(name + UNFINISHED);
    try (FileChannel out =
        FileChannel.open(
            temporary,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      while (buffer.hasRemaining()) {
        out.write(buffer);
      }
      out.force(true);
    }
    Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    Path folder = target.toAbsolutePath().getParent();
    if (folder != null) {
      Journal.syncFolder(folder);
    }
    return new Segment(target, first, count, earliest, latest, bytes.length, true);
  }
}
