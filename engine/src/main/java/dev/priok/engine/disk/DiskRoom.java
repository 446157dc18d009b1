package dev.priok.engine.disk;

import dev.priok.engine.events.Events;
import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.fs.FileSystems;
import dev.priok.model.error.EngineException;
import dev.priok.model.size.ByteSizes;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches how much room the data root's file system has left.
 *
 * <p>Below the low-water mark, whatever would bring new images is refused, or ends where it is: a
 * pull that fills the disk takes down every container that writes on it. Containers go on, and
 * everything that frees room works. The daemon says so in its log, in {@code docker info} and by
 * the events {@code disk-low} and {@code disk-ok}.
 */
public final class DiskRoom implements AutoCloseable {
  /** No mark: nothing is watched, nothing is refused. */
  public static final long OFF = 0;

  private static final Duration PERIOD = Duration.ofSeconds(1);

  /** Between two looks of one who writes: a fast disk takes some megabytes meanwhile. */
  private static final long LOOK_NANOS = 5_000_000;

  private static final Logger LOG = LoggerFactory.getLogger(DiskRoom.class);

  private final Path root;
  private final long lowWater;
  private final @Nullable Events events;
  private volatile long looked = System.nanoTime() - LOOK_NANOS;
  private volatile long available = Long.MAX_VALUE;
  private boolean low;
  private @Nullable Thread watcher;

  /**
   * Room on a file system.
   *
   * @param lowWater bytes that are to stay free; {@link #OFF} for no mark
   */
  public DiskRoom(Path root, long lowWater, @Nullable Events events) {
    this.root = root;
    this.lowWater = lowWater;
    this.events = events;
  }

  /** As much room as there is. */
  public static DiskRoom unwatched() {
    return new DiskRoom(Path.of("/"), OFF, null);
  }

  /** Begins to watch. */
  public void start() {
    if (lowWater == OFF) {
      return;
    }
    watcher =
        Thread.ofPlatform()
            .daemon()
            .name("disk-room")
            .start(() -> {
              try {
                while (true) {
                  look();
                  tell();
                  Thread.sleep(PERIOD);
                }
              } catch (InterruptedException end) {
                LOG.debug("the disk is watched no more");
              }
            });
  }

  private void look() {
    try {
      looked = System.nanoTime();
      available = FileSystems.usage(root).availableBytes();
    } catch (LinuxException e) {
      LOG.warn("the room on {} cannot be told: {}", root, e.getMessage());
    }
  }

  /** By the watcher alone, so that one change is told once. */
  private void tell() {
    long now = available;
    // A tenth more to be well again: at the mark itself every file would tell anew.
    boolean isLow = low ? now < lowWater + lowWater / 10 : now < lowWater;
    if (isLow == low) {
      return;
    }
    low = isLow;
    if (isLow) {
      LOG.warn("{}; pulls, loads, imports and commits are refused", sentence());
    } else {
      LOG.info("{} has {} left again", root, ByteSizes.text(now));
    }
    if (events == null) {
      return;
    }
    events.publish(
        Events.Type.DAEMON,
        isLow ? "disk-low" : "disk-ok",
        "",
        Map.of(
            "path",
            root.toString(),
            "available",
            Long.toString(now),
            "low-water",
            Long.toString(lowWater)));
  }

  private String sentence() {
    return "%s has %s left, less than the low-water mark of %s"
        .formatted(root, ByteSizes.text(available), ByteSizes.text(lowWater));
  }

  /** Refuses where the room is low; cheap enough to be asked for every piece that is written. */
  public void check() {
    if (lowWater == OFF) {
      return;
    }
    if (System.nanoTime() - looked >= LOOK_NANOS) {
      look();
    }
    if (available < lowWater) {
      throw EngineException.internal(
          "no space left on device: "
              + sentence()
              + "; free some (docker system prune), or change disk-low-water",
          null);
    }
  }

  /** A stream whose reading ends with a refusal once the room is low. */
  public InputStream guarded(InputStream in) {
    return lowWater == OFF
        ? in
        : new FilterInputStream(in) {
          @Override
          public int read() throws IOException {
            check();
            return super.read();
          }

          @Override
          public int read(byte[] buffer, int offset, int length) throws IOException {
            check();
            return super.read(buffer, offset, length);
          }
        };
  }

  /** For {@code docker info}. */
  public List<String> warnings() {
    return lowWater != OFF && available < lowWater
        ? List.of("WARNING: " + sentence() + ": pulls, loads, imports and commits are refused")
        : List.of();
  }

  @Override
  public void close() {
    Thread running = watcher;
    if (running != null) {
      running.interrupt();
    }
  }
}
