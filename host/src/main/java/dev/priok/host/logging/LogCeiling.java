package dev.priok.host.logging;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the logs of all containers together under one limit.
 *
 * <p>Where they have grown beyond it, the container with the largest log loses its oldest file, and
 * so on until a tenth of the limit is free again: who fills its log harms itself. No file is let
 * grow beyond a quarter of the limit, so that there is always something to drop.
 *
 * <p>It looks whenever another 32nd of the limit was written (64 MiB at most), so that is how far
 * the limit can be passed.
 */
public final class LogCeiling {
  private static final Logger LOG = LoggerFactory.getLogger(LogCeiling.class);
  private static final long LARGEST_STEP = 64L << 20;

  /** Has a container's log files begin anew. */
  @FunctionalInterface
  public interface Rotation {
    void rotate(String containerId) throws IOException;
  }

  private final @Nullable Path containers;
  private final long limit;
  private final long step;
  private final AtomicLong written = new AtomicLong();
  private final AtomicBoolean looking = new AtomicBoolean();
  private volatile Rotation rotation = id -> {};

  /**
   * Makes one.
   *
   * @param containers has a folder a container, named after its id, with its log files in it
   * @param limit bytes; 0 for none
   */
  public LogCeiling(Path containers, long limit) {
    this.containers = containers;
    this.limit = limit;
    this.step = Math.min(LARGEST_STEP, Math.max(limit / 32, 1));
  }

  private LogCeiling() {
    this.containers = null;
    this.limit = 0;
    this.step = 0;
  }

  /** No limit. */
  public static LogCeiling none() {
    return new LogCeiling();
  }

  /** Names who can have the files of a container begin anew; before the first container runs. */
  public void rotateBy(Rotation how) {
    rotation = how;
  }

  /** Size at which one file has to be rotated; its own limit, 0 for none, comes first. */
  public long fileLimit(long own) {
    if (limit <= 0) {
      return own;
    }
    long most = Math.max(limit / 4, 1);
    return own <= 0 ? most : Math.min(own, most);
  }

  /** So much was written to some log. */
  public void wrote(long bytes) {
    if (limit > 0 && written.addAndGet(bytes) >= step && looking.compareAndSet(false, true)) {
      written.set(0);
      Thread.ofVirtual()
          .name("log-ceiling")
          .start(() -> {
            try {
              enforce();
            } catch (IOException | RuntimeException e) {
              LOG.warn("cannot limit the logs in {}: {}", containers, e.getMessage());
            } finally {
              looking.set(false);
            }
          });
    }
  }

  /** Looks, and drops what is too much. */
  public void enforce() throws IOException {
    if (limit <= 0 || containers == null || !Files.isDirectory(containers)) {
      return;
    }
    List<Usage> all = new ArrayList<>();
    long total = 0;
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(containers)) {
      for (Path folder : folders) {
        long size = size(folder);
        total += size;
        all.add(new Usage(folder, size));
      }
    }
    if (total <= limit) {
      return;
    }
    long most = limit - limit / 10;
    while (total > most && !all.isEmpty()) {
      all.sort(Comparator.comparingLong(Usage::size));
      Usage largest = all.removeLast();
      long freed = largest.size() - afterDrop(largest.folder());
      if (freed > 0) {
        LOG.warn(
            "the logs of all containers reached their limit of {} bytes: {} bytes of the oldest"
                + " lines of container {} are dropped",
            limit,
            freed,
            largest.folder().getFileName());
        all.add(new Usage(largest.folder(), largest.size() - freed));
        total -= freed;
      }
    }
  }

  private record Usage(Path folder, long size) {}

  /** Drops the oldest file of one container and returns what is left of its logs in bytes. */
  private long afterDrop(Path folder) throws IOException {
    if (!dropOldest(folder)) {
      rotation.rotate(folder.getFileName().toString());
      dropOldest(folder);
    }
    return size(folder);
  }

  private boolean dropOldest(Path folder) throws IOException {
    String id = folder.getFileName().toString();
    Path oldest = null;
    FileTime time = null;
    for (Path file : logs(folder)) {
      String name = file.getFileName().toString();
      boolean rotated = name.startsWith(id + ".log.") || name.matches("[0-9a-f]+-json\\.log\\..*");
      if (rotated && length(file) > 0) {
        FileTime its = Files.getLastModifiedTime(file);
        if (time == null || its.compareTo(time) < 0) {
          oldest = file;
          time = its;
        }
      }
    }
    if (oldest == null) {
      return false;
    }
    if (oldest.getFileName().toString().startsWith(id + ".log.")) {
      return new LogFiles(folder.resolve(id + ".log")).dropOldest();
    }
    return Files.deleteIfExists(oldest);
  }

  private static long size(Path folder) throws IOException {
    long sum = 0;
    for (Path file : logs(folder)) {
      sum += length(file);
    }
    return sum;
  }

  private static long length(Path file) throws IOException {
    try {
      return Files.size(file);
    } catch (NoSuchFileException e) {
      return 0; // rotated meanwhile
    }
  }

  private static List<Path> logs(Path folder) throws IOException {
    List<Path> result = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.log*")) {
      files.forEach(result::add);
    } catch (NoSuchFileException e) {
      return result; // the container has been removed
    }
    return result;
  }
}
