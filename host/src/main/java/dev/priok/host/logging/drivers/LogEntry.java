package dev.priok.host.logging.drivers;

import dev.priok.host.logging.LogStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One line of a container's output without its newline, or a piece of a line longer than {@link
 * #LONGEST}. Its bytes are the reader's own buffer, valid during the call only.
 */
public final class LogEntry {
  /** Bytes of the longest line that is handed on whole; Docker's size. */
  public static final int LONGEST = 16 * 1024;

  private final long epochNanos;
  private final LogStream stream;
  private final byte[] bytes;
  private final int offset;
  private final int length;
  private final @Nullable Partial partial;

  public LogEntry(
      long epochNanos,
      LogStream stream,
      byte[] bytes,
      int offset,
      int length,
      @Nullable Partial partial) {
    this.epochNanos = epochNanos;
    this.stream = stream;
    this.bytes = bytes;
    this.offset = offset;
    this.length = length;
    this.partial = partial;
  }

  /** A whole line. */
  public static LogEntry line(long epochNanos, LogStream stream, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return new LogEntry(epochNanos, stream, bytes, 0, bytes.length, null);
  }

  /**
   * Which piece of a line it is.
   *
   * @param id the same for all pieces of a line, 64 hexadecimal digits
   * @param ordinal 1 for the first
   * @param last whether the line ends with it
   */
  public record Partial(String id, int ordinal, boolean last) {}

  public long epochNanos() {
    return epochNanos;
  }

  public LogStream stream() {
    return stream;
  }

  byte[] bytes() {
    return bytes;
  }

  int offset() {
    return offset;
  }

  public int length() {
    return length;
  }

  /** Null for a whole line. */
  public @Nullable Partial partial() {
    return partial;
  }

  /** Whether a newline belongs behind it. */
  boolean endsLine() {
    return partial == null || partial.last();
  }

  /** Docker's word for the stream. */
  String source() {
    return stream == LogStream.STDERR ? "stderr" : "stdout";
  }

  /** As text; what is not UTF-8 becomes U+FFFD. */
  public String text() {
    return new String(bytes, offset, length, StandardCharsets.UTF_8);
  }
}
