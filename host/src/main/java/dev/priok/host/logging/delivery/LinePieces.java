package dev.priok.host.logging.delivery;

import dev.priok.host.logging.LogPlace;
import dev.priok.host.logging.LogStream;
import dev.priok.host.logging.drivers.LogEntry;
import dev.priok.host.logging.drivers.LogEntry.Partial;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Puts the pieces that conmon made of one stream's lines together again, and cuts lines longer than
 * {@link LogEntry#LONGEST} as Docker does: into pieces of just that size, with the time of the
 * first.
 */
final class LinePieces {
  /** Takes an entry. */
  interface Taker {
    void take(LogEntry entry) throws IOException;
  }

  private final String containerId;
  private final LogStream stream;
  private final Taker taker;
  private byte[] held = new byte[0];
  private int length;
  private StreamPosition position;

  LinePieces(String containerId, LogStream stream, StreamPosition from, Taker taker) {
    this.containerId = containerId;
    this.stream = stream;
    this.position = from;
    this.taker = taker;
  }

  /**
   * How far the stream is, given that all lines before that place have been seen.
   *
   * @param read where reading goes on
   */
  StreamPosition position(LogPlace read) {
    if (length > 0 || position.place().compareTo(read) >= 0) {
      return position;
    }
    return new StreamPosition(read, 0, position.ordinal(), position.time(), position.line());
  }

  /**
   * A piece of a line as it stands in the file.
   *
   * @param more whether the line goes on after it
   */
  void piece(byte[] bytes, int offset, int count, boolean more, long time, LogPlace at)
      throws IOException {
    int order = at.compareTo(position.place());
    if (order < 0) {
      return; // handed over by the daemon before
    }
    int skip = order == 0 ? Math.min(position.skip(), count) : 0;
    if (length == 0 && !more && position.ordinal() == 0 && count - skip < LogEntry.LONGEST) {
      taker.take(new LogEntry(time, stream, bytes, offset + skip, count - skip, null));
      return;
    }
    if (length == 0) {
      boolean begins = position.ordinal() == 0;
      position =
          new StreamPosition(
              at,
              skip,
              position.ordinal(),
              begins ? time : position.time(),
              begins ? at : position.line());
    }
    int done = skip;
    while (done < count) {
      int n = Math.min(count - done, LogEntry.LONGEST - length);
      hold(bytes, offset + done, n);
      done += n;
      if (length == LogEntry.LONGEST) {
        take(false);
        position =
            new StreamPosition(at, done, position.ordinal() + 1, position.time(), position.line());
      }
    }
    if (!more) {
      take(true);
      position = StreamPosition.START;
    }
  }

  /** The process has ended: what it left of a line will not go on. */
  void end() throws IOException {
    if (length > 0) {
      take(false);
    }
    position = StreamPosition.START;
  }

  private void hold(byte[] bytes, int offset, int count) {
    if (held.length == 0) {
      held = new byte[LogEntry.LONGEST];
    }
    System.arraycopy(bytes, offset, held, length, count);
    length += count;
  }

  private void take(boolean last) throws IOException {
    boolean whole = last && position.ordinal() == 0;
    Partial partial = whole ? null : new Partial(lineId(), position.ordinal() + 1, last);
    taker.take(new LogEntry(position.time(), stream, held, 0, length, partial));
    length = 0;
  }

  /** The same after a restart of the daemon, when the rest of a line is handed over. */
  private String lineId() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      String line = containerId + stream + position.line();
      return HexFormat.of().formatHex(digest.digest(line.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
