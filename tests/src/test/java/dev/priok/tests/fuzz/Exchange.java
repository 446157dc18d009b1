package dev.priok.tests.fuzz;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** One request on a connection of its own, and what came back in time. */
final class Exchange {
  private static final int MOST = 1 << 20;

  private Exchange() {}

  /**
   * What came back.
   *
   * @param status 0 where the connection was closed without a word
   * @param inTime false where the answer was not there, whole, after the limit
   */
  record Answer(int status, String text, boolean inTime, long millis) {}

  /**
   * Sends the bytes and reads to the end of the answer.
   *
   * @param endless to the end of its header fields only
   */
  static Answer of(
      Path socket,
      byte[] request,
      boolean endless,
      int limitMillis,
      ScheduledExecutorService timer) {
    long began = System.nanoTime();
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    boolean late = false;
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      ScheduledFuture<?> end =
          timer.schedule(() -> close(channel), limitMillis, TimeUnit.MILLISECONDS);
      try {
        channel.connect(UnixDomainSocketAddress.of(socket));
        write(channel, request);
        ByteBuffer in = ByteBuffer.allocate(16384);
        while (channel.read(in) >= 0 && all.size() < MOST) {
          all.write(in.array(), 0, in.position());
          in.clear();
          if (endless && all.toString(StandardCharsets.ISO_8859_1).contains("\r\n\r\n")) {
            break;
          }
        }
      } catch (ClosedChannelException e) {
        late = true; // by the timer
      } catch (IOException e) {
        // Cut off: what has come is what there is.
        late = false;
      } finally {
        end.cancel(false);
      }
    } catch (IOException e) {
      return new Answer(0, String.valueOf(e.getMessage()), true, millis(began));
    }
    String text = all.toString(StandardCharsets.UTF_8);
    return new Answer(status(text), text, !late, millis(began));
  }

  /** The server may answer, and close, before it has read everything. */
  private static void write(SocketChannel channel, byte[] request) throws IOException {
    try {
      ByteBuffer out = ByteBuffer.wrap(request);
      while (out.hasRemaining()) {
        channel.write(out);
      }
    } catch (IOException e) {
      if (!channel.isOpen()) {
        throw e; // closed by the timer
      }
    }
  }

  private static void close(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static long millis(long began) {
    return (System.nanoTime() - began) / 1_000_000;
  }

  private static int status(String text) {
    return text.matches("(?s)HTTP/1\\.[01] \\d{3} .*")
        ? Integer.parseInt(text.substring(9, 12))
        : 0;
  }
}
