package dev.priok.host.logging.drivers;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/**
 * One container's entries to Fluentd, in the protocol's message mode: {@code [tag, time, record,
 * option]}. With {@code fluentd-request-ack} each batch ends with a message that has to be
 * acknowledged before the batch counts as handed over.
 */
final class FluentdTarget implements LogTarget {
  private static final int BATCH = 64 * 1024;
  private static final long NANOS = 1_000_000_000L;

  private final Wire wire;
  private final String tag;
  private final String id;
  private final String name;
  private final Map<String, String> extra;
  private final boolean precise;
  private final boolean acknowledged;
  private final long reconnectAt;
  private final int writeMillis;
  private final ByteText buffer = new ByteText(8 * 1024);
  private final MessagePack pack = new MessagePack(buffer);
  private String chunk = "";

  FluentdTarget(
      LogContext context,
      Wire wire,
      boolean precise,
      boolean acknowledged,
      long reconnectMillis,
      int writeMillis) {
    this.wire = wire;
    this.tag = TagTemplate.of(context, TagTemplate.DEFAULT);
    this.id = context.id();
    this.name = "/" + context.name();
    this.extra = LogAttributes.of(context, UnaryOperator.identity());
    this.precise = precise;
    this.acknowledged = acknowledged;
    this.writeMillis = writeMillis;
    this.reconnectAt =
        reconnectMillis == 0
            ? Long.MAX_VALUE
            : System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(reconnectMillis);
  }

  /** A connection older than the user wants counts as broken, so that another one is made. */
  @Override
  public boolean begin() throws IOException {
    if (reconnectAt != Long.MAX_VALUE && System.nanoTime() - reconnectAt > 0) {
      throw new ReopenException("the connection is to be made anew");
    }
    return false;
  }

  @Override
  public void deliver(LogEntry entry) {
    LogEntry.Partial partial = entry.partial();
    pack.array(4).text(tag);
    long seconds = Math.floorDiv(entry.epochNanos(), NANOS);
    if (precise) {
      pack.eventTime(seconds, (int) Math.floorMod(entry.epochNanos(), NANOS));
    } else {
      pack.number(seconds);
    }
    int fields = 4 + (partial == null ? 0 : 4);
    for (String key : extra.keySet()) {
      fields += isOwn(key) ? 0 : 1;
    }
    pack.map(fields);
    field("container_id", id);
    field("container_name", name);
    field("source", entry.source());
    pack.text("log").text(entry.bytes(), entry.offset(), entry.length());
    extra.forEach((key, value) -> {
      if (!isOwn(key)) {
        field(key, value);
      }
    });
    if (partial != null) {
      field("partial_message", "true");
      field("partial_id", partial.id());
      field("partial_ordinal", Integer.toString(partial.ordinal()));
      field("partial_last", Boolean.toString(partial.last()));
    }
    if (acknowledged) {
      chunk = UUID.randomUUID().toString();
      pack.map(1);
      field("chunk", chunk);
    } else {
      pack.map(0);
    }
  }

  /** A key of a map can stand there once: an attribute of such a name loses. */
  private static boolean isOwn(String key) {
    return switch (key) {
      case "container_id", "container_name", "source", "log" -> true;
      default -> false;
    };
  }

  private void field(String key, String value) {
    pack.text(key).text(value);
  }

  @Override
  public boolean full() {
    return buffer.length() >= BATCH || (acknowledged && buffer.length() > 0);
  }

  @Override
  public void flush() throws IOException {
    if (buffer.length() == 0) {
      return;
    }
    try (Deadline deadline = new Deadline(wire, writeMillis)) {
      wire.send(buffer.array(), 0, buffer.length());
    }
    buffer.clear();
    if (acknowledged) {
      awaitAcknowledgement();
    }
  }

  /** The answer is a map of one member, {@code {"ack": chunk}}. */
  private void awaitAcknowledgement() throws IOException {
    InputStream in = wire.answers();
    byte[] wanted = chunk.getBytes(StandardCharsets.US_ASCII);
    byte[] answer = new byte[wanted.length + 16];
    int length = 0;
    while (!new String(answer, 0, length, StandardCharsets.US_ASCII).endsWith(chunk)) {
      int b = length == answer.length ? -1 : in.read();
      if (b < 0) {
        throw new IOException("fluentd did not acknowledge");
      }
      answer[length++] = (byte) b;
    }
  }

  @Override
  public void close() throws IOException {
    wire.close();
  }

  /** Closes the connection where sending takes longer than the user allows. */
  private static final class Deadline implements AutoCloseable {
    private final Thread guard;

    Deadline(Wire wire, int millis) {
      this.guard =
          Thread.ofVirtual()
              .unstarted(() -> {
                try {
                  Thread.sleep(millis);
                  wire.close();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt(); // sent in time
                } catch (IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              });
      if (millis > 0) {
        guard.start();
      }
    }

    @Override
    public void close() {
      guard.interrupt();
    }
  }
}
