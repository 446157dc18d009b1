package dev.priok.tests.support;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** HTTP/1.1 byte by byte on a unix socket: sends what no well-behaved client would send. */
public final class RawHttp {
  private final Path socket;

  /** Requests on the socket. */
  public RawHttp(Path socket) {
    this.socket = socket;
  }

  /** An answer: names of headers are in lower case. */
  public record Answer(int status, Map<String, String> headers, String body) {}

  /** GET. */
  public Answer get(String path) {
    return send("GET", path, "");
  }

  /** POST of a JSON body. */
  public Answer post(String path, String json) {
    return send("POST", path, json);
  }

  /** A request with a JSON body, or without one where it is empty. */
  public Answer send(String method, String path, String json) {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    String type = json.isEmpty() ? "" : "Content-Type: application/json\r\n";
    String head =
        method
            + " "
            + path
            + " HTTP/1.1\r\nHost: priok\r\nConnection: close\r\n"
            + type
            + "Content-Length: "
            + body.length
            + "\r\n\r\n";
    return parse(exchange(head + json, false));
  }

  /**
   * Writes the text, reads to the end of the answer; with abort closes without reading anything.
   */
  public String exchange(String text, boolean abort) {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(socket));
      ByteBuffer out = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      while (out.hasRemaining()) {
        channel.write(out);
      }
      if (abort) {
        return "";
      }
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      ByteBuffer in = ByteBuffer.allocate(65536);
      while (channel.read(in) >= 0) {
        all.write(in.array(), 0, in.position());
        in.clear();
      }
      return all.toString(StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Answer parse(String text) {
    int end = text.indexOf("\r\n\r\n");
    if (end < 0) {
      throw new AssertionError("no HTTP answer: " + text);
    }
    String[] lines = text.substring(0, end).split("\r\n", -1);
    Map<String, String> headers = new TreeMap<>();
    for (int i = 1; i < lines.length; i++) {
      int colon = lines[i].indexOf(':');
      headers.put(
          lines[i].substring(0, colon).toLowerCase(Locale.ROOT),
          lines[i].substring(colon + 1).strip());
    }
    String body = text.substring(end + 4);
    if ("chunked".equals(headers.get("transfer-encoding"))) {
      body = join(body);
    }
    return new Answer(Integer.parseInt(lines[0].split(" ", -1)[1]), headers, body);
  }

  private static String join(String chunks) {
    StringBuilder all = new StringBuilder();
    int at = 0;
    while (true) {
      int line = chunks.indexOf("\r\n", at);
      if (line < 0) {
        return all.toString();
      }
      int size = Integer.parseInt(chunks.substring(at, line).strip(), 16);
      if (size == 0) {
        return all.toString();
      }
      all.append(chunks, line + 2, line + 2 + size);
      at = line + 2 + size + 2;
    }
  }
}
