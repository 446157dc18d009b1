package dev.priok.host.logging.delivery;

import dev.priok.host.logging.LogFiles;
import dev.priok.host.logging.LogFollow;
import dev.priok.host.logging.drivers.RetryPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The deliveries of all containers; at most one each. */
public final class Deliveries implements AutoCloseable {
  private final Map<String, Delivery> running = new ConcurrentHashMap<>();

  /**
   * What is to be delivered, and where to.
   *
   * @param files the local log
   * @param position file in which its progress is kept
   */
  public record Order(
      String containerId,
      LogFiles files,
      Path position,
      Delivery.Opening opening,
      RetryPolicy policy) {}

  /** Opens the target of a container that is about to run; {@link #begin} or {@link #stop} next. */
  public void open(Order order, boolean later) throws IOException {
    Delivery next = replace(order);
    if (!later) {
      try {
        next.open();
      } catch (IOException | RuntimeException e) {
        stop(order.containerId());
        throw e;
      }
    }
  }

  private Delivery replace(Order order) {
    stop(order.containerId());
    Delivery next =
        new Delivery(
            order.containerId(), order.files(), order.position(), order.opening(), order.policy());
    running.put(order.containerId(), next);
    return next;
  }

  /** The container runs; nothing where no target was opened for it. */
  public void begin(String containerId, LogFollow follow) {
    Delivery delivery = running.get(containerId);
    if (delivery != null) {
      delivery.begin(follow);
    }
  }

  /** Takes up the delivery of a container that runs already. */
  public void resume(Order order, LogFollow follow) {
    replace(order).begin(follow);
  }

  /** Completes the delivery of a container that has ended, where something is left. */
  public void complete(Order order) throws IOException {
    if (!isComplete(order)) {
      replace(order).begin(new Ended());
    }
  }

  private static boolean isComplete(Order order) throws IOException {
    LogFiles files = order.files();
    if (!Files.exists(files.base())) {
      return true;
    }
    if (!Files.exists(order.position())) {
      return false;
    }
    try (PositionFile file = new PositionFile(order.position())) {
      return files.after(file.position().place()) == 0;
    }
  }

  /** Waits until all of an ended container is delivered, at most that long. */
  public boolean await(String containerId, long millis) throws InterruptedException {
    @Nullable Delivery delivery = running.get(containerId);
    return delivery == null || delivery.await(millis);
  }

  /** Ends a delivery; nothing where there is none. */
  public void stop(String containerId) {
    Delivery delivery = running.remove(containerId);
    if (delivery != null) {
      delivery.stop();
    }
  }

  @Override
  public void close() {
    running.keySet().forEach(this::stop);
  }

  /** Of a container that will write no more. */
  private static final class Ended implements LogFollow {
    @Override
    public long version() {
      return 0;
    }

    @Override
    public boolean ended() {
      return true;
    }

    @Override
    public void awaitChange(long seen, long millis) {
      // there is nothing to wait for
    }
  }
}
