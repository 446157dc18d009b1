package dev.priok.host.journal;

import dev.priok.host.journal.Journal.Entry;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The segment that is written. Callers hold the journal's lock, except for {@link #read} and {@link
 * #sync}.
 *
 * <p>It is no {@code FileChannel}: interrupting a thread that uses one closes it for everybody.
 */
final class Active implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(Active.class);
  private static final int LARGEST_BACKLOG = 8 << 20;
  private static final String SUFFIX = ".log";
  private static final Pattern NAME = Pattern.compile("\\d{19}\\.log");

  private final Path file;
  private final long first;
  private final RandomAccessFile output;
  // Where each entry ends; index is the number less the first.
  private final List<Integer> ends = new ArrayList<>();
  private final ByteArrayOutputStream backlog = new ByteArrayOutputStream();
  private int position;
  private long earliest = Long.MAX_VALUE;
  private long latest = Long.MIN_VALUE;

  private Active(Path file, long first, RandomAccessFile output) {
    this.file = file;
    this.first = first;
    this.output = output;
  }

  static boolean isName(Path file) {
    return NAME.matcher(file.getFileName().toString()).matches();
  }

  static Active create(Path folder, long first) throws IOException {
    Path file = folder.resolve("%019d".formatted(first) + SUFFIX);
    RandomAccessFile output = new RandomAccessFile(file.toFile(), "rw");
    output.setLength(0);
    return new Active(file, first, output);
  }

  /** Opens one of an earlier process and cuts off what is not whole. */
  static Active open(Path file) throws IOException {
    String name = file.getFileName().toString();
    long first = Long.parseLong(name.substring(0, name.length() - SUFFIX.length()));
    Records.Content content = Records.decode(first, Files.readAllBytes(file));
    RandomAccessFile output = new RandomAccessFile(file.toFile(), "rw");
    if (output.length() > content.end()) {
      LOG.warn(
          "{} ends in {} bytes that are no whole entry; they are dropped",
          file,
          output.length() - content.end());
      output.setLength(content.end());
    }
    Active active = new Active(file, first, output);
    active.ends.addAll(content.ends());
    active.position = content.end();
    content.entries().forEach(e -> active.noteTime(e.nanos()));
    return active;
  }

  private void noteTime(long nanos) {
    earliest = Math.min(earliest, nanos);
    latest = Math.max(latest, nanos);
  }

  Path file() {
    return file;
  }

  long first() {
    return first;
  }

  long end() {
    return first + ends.size();
  }

  int count() {
    return ends.size();
  }

  /**
   * Adds an entry. What a full disk does not take waits in memory and is written with the next one;
   * it is read from there meanwhile.
   */
  long append(long nanos, byte[] bytes) throws IOException {
    byte[] record = Records.encode(nanos, bytes);
    if (backlog.size() > 0 && backlog.size() + record.length > LARGEST_BACKLOG) {
      throw new IOException("the disk takes nothing, and %d bytes wait".formatted(backlog.size()));
    }
    backlog.writeBytes(record);
    position += record.length;
    ends.add(position);
    noteTime(nanos);
    try {
      // At an explicit place: what was cut short is written over.
      output.seek(position - backlog.size());
      output.write(backlog.toByteArray());
      backlog.reset();
    } catch (IOException e) {
      LOG.error("{} cannot be written: {}; {} bytes wait", file, e.getMessage(), backlog.size());
    }
    return end() - 1;
  }

  /** Whether everything has been written. */
  boolean isWritten() {
    return backlog.size() == 0;
  }

  /**
   * Where some entries are: in the file from {@code begin} on, and those at the end perhaps not yet
   * written, from {@code written} on in memory.
   */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  record Range(long from, int begin, int stop, int written, byte[] unwritten) {}

  /** The place of entries from that number on, which is here. */
  Range range(long from, int most) {
    int index = (int) (from - first);
    int last = (int) Math.min(ends.size(), index + (long) most) - 1;
    int begin = index == 0 ? 0 : ends.get(index - 1);
    byte[] unwritten = backlog.toByteArray();
    return new Range(from, begin, ends.get(last), position - unwritten.length, unwritten);
  }

  List<Entry> read(Range range) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(range.stop() - range.begin());
    int inFile = Math.max(0, Math.min(range.stop(), range.written()) - range.begin());
    bytes.limit(inFile);
    try (FileChannel input = FileChannel.open(file, StandardOpenOption.READ)) {
      while (bytes.hasRemaining()) {
        if (input.read(bytes, range.begin() + (long) bytes.position()) < 0) {
          throw new IOException(file + " is shorter than it was");
        }
      }
    }
    bytes.limit(bytes.capacity());
    if (bytes.hasRemaining()) {
      int skip = range.begin() + inFile - range.written();
      bytes.put(range.unwritten(), skip, bytes.remaining());
    }
    return Records.decode(range.from(), bytes.array()).entries();
  }

  Segment asSegment() {
    return new Segment(file, first, ends.size(), earliest, latest, position, false);
  }

  /** Harmless once it is closed: then it has been synced. */
  void sync() throws IOException {
    if (output.getFD().valid()) {
      output.getFD().sync();
    }
  }

  @Override
  public void close() {
    try {
      output.close();
    } catch (IOException e) {
      LOG.warn("closing {} failed", file, e);
    }
  }
}
