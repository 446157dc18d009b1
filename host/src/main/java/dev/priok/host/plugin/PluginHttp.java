package dev.priok.host.plugin;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One HTTP request on a connection of its own. The JDK's client knows no unix sockets, and a plugin
 * is asked too rarely for anything cleverer.
 */
final class PluginHttp {
  /** Also the content type that plugins expect. */
  private static final String TYPE = "application/vnd.docker.plugins.v1.2+json";

  /** A plugin's answer is a short document; more is an attack or a mistake. */
  private static final int LARGEST = 16 << 20;

  private PluginHttp() {}

  record Answer(int status, String body) {}

  /** Fails with the connection's own error, or when the time is over. */
  static Answer post(PluginAddress address, String method, byte[] body, Duration limit)
      throws IOException {
    try (SocketChannel channel = SocketChannel.open(address.family())) {
      CompletableFuture<Answer> answer = new CompletableFuture<>();
      Thread.ofVirtual()
          .name("plugin-call")
          .start(() -> {
            try {
              answer.complete(exchange(channel, address, method, body));
            } catch (IOException | RuntimeException e) {
              answer.completeExceptionally(e);
            }
          });
      // Leaving closes the channel, which ends the exchange wherever it stands.
      return answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new IOException("no answer within " + limit.toSeconds() + " s", e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      throw new IOException(cause == null ? e.toString() : String.valueOf(cause.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static Answer exchange(
      SocketChannel channel, PluginAddress address, String method, byte[] body) throws IOException {
    channel.connect(address.socket());
    String head =
        "POST /"
            + method
            + " HTTP/1.1\r\nHost: plugin.moby.localhost\r\nUser-Agent: priokd\r\nAccept: "
            + TYPE
            + "\r\nContent-Type: "
            + TYPE
            + "\r\nConnection: close\r\nContent-Length: "
            + body.length
            + "\r\n\r\n";
    ByteBuffer out = ByteBuffer.allocate(head.length() + body.length);
    out.put(head.getBytes(StandardCharsets.US_ASCII)).put(body).flip();
    while (out.hasRemaining()) {
      channel.write(out);
    }
    try (InputStream in = new BufferedInputStream(Channels.newInputStream(channel))) {
      return read(in);
    }
  }

  static Answer read(InputStream in) throws IOException {
    String[] status = line(in).split(" ", 3);
    if (status.length < 2 || !status[0].startsWith("HTTP/1.") || !status[1].matches("\\d{3}")) {
      throw new IOException("malformed HTTP response");
    }
    long length = -1;
    boolean chunked = false;
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      String lower = line.toLowerCase(Locale.ROOT);
      if (lower.startsWith("content-length:")) {
        length = number(lower.substring(15).strip(), 10);
      } else if (lower.startsWith("transfer-encoding:")) {
        chunked = lower.contains("chunked");
      }
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    if (chunked) {
      for (long size = chunk(in); size > 0; size = chunk(in)) {
        take(in, size, body);
        line(in);
      }
    } else if (length >= 0) {
      take(in, length, body);
    } else {
      take(in, LARGEST, body);
    }
    return new Answer(Integer.parseInt(status[1]), body.toString(StandardCharsets.UTF_8));
  }

  private static long chunk(InputStream in) throws IOException {
    String line = line(in);
    int extension = line.indexOf(';');
    return number((extension < 0 ? line : line.substring(0, extension)).strip(), 16);
  }

  private static long number(String text, int radix) throws IOException {
    try {
      long value = Long.parseLong(text, radix);
      if (value >= 0 && value <= LARGEST) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw new IOException("malformed HTTP response", e);
    }
    throw new IOException("the answer is larger than " + LARGEST + " bytes");
  }

  private static void take(InputStream in, long size, ByteArrayOutputStream into)
      throws IOException {
    if (into.size() + size > LARGEST) {
      throw new IOException("the answer is larger than " + LARGEST + " bytes");
    }
    into.write(in.readNBytes((int) size));
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder text = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0 || text.length() > 8192) {
        throw new EOFException("the plugin closed the connection");
      }
      if (c != '\r') {
        text.append((char) c);
      }
    }
    return text.toString();
  }
}
