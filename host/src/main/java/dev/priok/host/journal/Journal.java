package dev.priok.host.journal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A durable ring of entries: numbers that only grow, each with a time and bytes.
 *
 * <pre>{@code
 * try (Journal journal = Journal.open(folder, Journal.Limits.USUAL)) {
 *   long number = journal.append(nanos, bytes);          // some microseconds
 *   long from = journal.firstSince(nanosOfAnHourAgo);    // by an index, not by reading
 *   List<Entry> page = journal.read(from, 256);
 * }
 * }</pre>
 *
 * <p>When {@link #append} returns, the entry is with the kernel: a killed process loses nothing. It
 * is on the disk a second later at most; that second is what a power failure may take, so that no
 * caller waits for a disk.
 *
 * <p>Entries are in segments, files named after their first entry's number. A full one is packed in
 * the background and its times go into its name, so that opening reads the newest file alone. Torn
 * or damaged entries at the end of that one, from a power failure, are cut off.
 */
public final class Journal implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
  private static final long SYNC_SECONDS = 1;

  /**
   * How much is kept.
   *
   * @param segmentEntries entries of a segment
   * @param segments full segments to keep at least, unless they are too large
   * @param bytes of disk that packed segments may take
   */
  public record Limits(int segmentEntries, int segments, long bytes) {
    /** 256 segments of 4,096 entries: 1,048,576, in half a gigabyte at most. */
    public static final Limits USUAL = new Limits(4_096, 256, 512L << 20);
  }

  /** An entry. */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  public record Entry(long number, long nanos, byte[] bytes) {}

  private final Path folder;
  private final Limits limits;
  private final NavigableMap<Long, Segment> full = new ConcurrentSkipListMap<>();
  private final ScheduledExecutorService background =
      Executors.newSingleThreadScheduledExecutor(
          task -> Thread.ofPlatform().name("journal").daemon(true).unstarted(task));
  private final Object lock = new Object();
  private Active active;
  private boolean dirty;

  private Journal(Path folder, Limits limits, Active active) {
    this.folder = folder;
    this.limits = limits;
    this.active = active;
  }

  /** Opens, making the folder where there is none. */
  public static Journal open(Path folder, Limits limits) throws IOException {
    Files.createDirectories(folder);
    List<Segment> packed = new ArrayList<>();
    List<Path> raw = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        Segment segment = Segment.ofName(file);
        if (segment != null) {
          packed.add(segment);
        } else if (Active.isName(file)) {
          raw.add(file);
        } else if (file.getFileName().toString().endsWith(Segment.UNFINISHED)) {
          Files.delete(file);
        }
      }
    }
    long next = packed.stream().mapToLong(Segment::end).max().orElse(1);
    Active newest = raw.isEmpty() ? Active.create(folder, next) : Active.open(raw.getLast());
    if (newest.first() < next) {
      newest.close(); // packed already; its follower was lost with the power
      newest = Active.create(folder, next);
    }
    Journal journal = new Journal(folder, limits, newest);
    packed.forEach(s -> journal.full.put(s.first(), s));
    for (Path file : raw) {
      if (!file.equals(newest.file())) {
        journal.takeInterrupted(file);
      }
    }
    var _ =
        journal.background.scheduleWithFixedDelay(
            journal::sync, SYNC_SECONDS, SYNC_SECONDS, TimeUnit.SECONDS);
    return journal;
  }

  /** A full segment whose packing the former process did not complete. */
  private void takeInterrupted(Path file) throws IOException {
    try (Active old = Active.open(file)) {
      if (full.containsKey(old.first())) {
        Files.delete(file); // packed already, only the raw file was still there
        return;
      }
      Segment segment = old.asSegment();
      full.put(segment.first(), segment);
      background.execute(() -> pack(segment));
    }
  }

  /**
   * Adds an entry; its number. A disk that takes nothing is not noticed until some megabytes wait;
   * then this throws, and nothing was added.
   */
  public long append(long nanos, byte[] bytes) throws IOException {
    synchronized (lock) {
      if (active.count() >= limits.segmentEntries() && active.isWritten()) {
        turnOver();
      }
      long number = active.append(nanos, bytes);
      dirty = true;
      return number;
    }
  }

  private void turnOver() {
    Active next;
    try {
      next = Active.create(folder, active.end());
    } catch (IOException e) {
      LOG.error("{} gets no new file and grows on: {}", active.file(), e.getMessage());
      return;
    }
    Segment segment = active.asSegment();
    full.put(segment.first(), segment);
    Active old = active;
    active = next;
    background.execute(() -> {
      try (old) {
        old.sync();
      } catch (IOException e) {
        LOG.warn("{} is not synced: {}", segment.file(), e.getMessage());
      }
      pack(segment);
    });
  }

  private void pack(Segment segment) {
    if (!segment.equals(full.get(segment.first()))) {
      return; // dropped while it waited
    }
    try {
      Segment packed = segment.pack();
      full.put(packed.first(), packed);
      Files.deleteIfExists(segment.file());
      dropOldest();
    } catch (IOException e) {
      LOG.warn("{} stays unpacked: {}", segment.file(), e.getMessage());
    }
  }

  private void dropOldest() throws IOException {
    long bytes = 0;
    for (Segment segment : full.values()) {
      bytes += segment.size();
    }
    while (full.size() > limits.segments() || (bytes > limits.bytes() && full.size() > 1)) {
      Map.Entry<Long, Segment> oldest = full.pollFirstEntry();
      if (oldest == null) {
        return;
      }
      bytes -= oldest.getValue().size();
      Files.deleteIfExists(oldest.getValue().file());
    }
  }

  /** The number that the next entry gets. */
  public long end() {
    synchronized (lock) {
      return active.end();
    }
  }

  /** The oldest entry that is kept; {@link #end} where there is none. */
  public long start() {
    Map.Entry<Long, Segment> oldest = full.firstEntry();
    if (oldest != null) {
      return oldest.getKey();
    }
    synchronized (lock) {
      return active.first();
    }
  }

  /**
   * Where to begin reading in order to meet every entry of that time or later. Earlier ones may
   * follow it too: a segment is the grain, and clocks can be set back.
   */
  public long firstSince(long nanos) {
    for (Segment segment : full.values()) {
      if (segment.latest() >= nanos) {
        return segment.first();
      }
    }
    synchronized (lock) {
      return active.first();
    }
  }

  /**
   * A page of entries from that number on, from the oldest that is kept where it is gone already;
   * empty only at the end. One segment at most is read.
   */
  public List<Entry> read(long from, int most) throws IOException {
    while (true) {
      long at = Math.max(from, start());
      Map.Entry<Long, Segment> holder = full.floorEntry(at);
      Segment segment = holder == null ? null : holder.getValue();
      try {
        if (segment != null && at < segment.end()) {
          return segment.read(at, most);
        }
        return readActive(at, most);
      } catch (NoSuchFileException e) {
        // Packed or dropped meanwhile: look again, unless nothing has changed.
        @Nullable Segment now = segment == null ? null : full.get(segment.first());
        if (segment != null && segment.equals(now)) {
          throw e;
        }
      }
    }
  }

  private List<Entry> readActive(long at, int most) throws IOException {
    Active current;
    Active.@Nullable Range range;
    synchronized (lock) {
      current = active;
      if (at >= current.end()) {
        return List.of();
      }
      range = at < current.first() ? null : current.range(at, most);
    }
    // Without a range it was turned over between the two looks.
    return range == null ? read(at, most) : current.read(range);
  }

  private void sync() {
    Active current;
    synchronized (lock) {
      if (!dirty) {
        return;
      }
      dirty = false;
      current = active;
    }
    try {
      current.sync();
    } catch (IOException e) {
      LOG.warn("events are not synced to the disk: {}", e.getMessage());
    }
  }

  @Override
  public void close() {
    background.shutdown();
    try {
      if (!background.awaitTermination(10, TimeUnit.SECONDS)) {
        LOG.warn("packing of {} is left to the next start", folder);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    sync();
    synchronized (lock) {
      active.close();
    }
  }

  /** Makes a new name durable. */
  static void syncFolder(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
