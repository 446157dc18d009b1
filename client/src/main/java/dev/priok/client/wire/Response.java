package dev.priok.client.wire;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** An answer whose body is still to be read; closing it closes the connection. */
public final class Response implements Closeable {
  private final Head head;
  private final InputStream body;
  private final Connection connection;

  Response(Head head, Connection connection, String method) throws IOException {
    this.head = head;
    this.connection = connection;
    this.body = bodyOf(head, connection, method);
  }

  /** The HTTP status. */
  public int status() {
    return head.status();
  }

  /** The header of that name (in lower case), or null. */
  public @Nullable String header(String name) {
    return head.header(name);
  }

  /** The body, freed from its framing. After an upgrade: everything that follows. */
  public InputStream body() {
    return body;
  }

  /** The connection itself, for upgraded streams. */
  public Connection connection() {
    return connection;
  }

  @Override
  public void close() throws IOException {
    connection.close();
  }

  private static InputStream bodyOf(Head head, Connection connection, String method)
      throws IOException {
    InputStream input = connection.input();
    int status = head.status();
    if (status == 101) {
      return input;
    }
    if (method.equals("HEAD") || status == 204 || status == 304) {
      return InputStream.nullInputStream();
    }
    String coding = head.header("transfer-encoding");
    if (coding != null && coding.toLowerCase(java.util.Locale.ROOT).endsWith("chunked")) {
      return new ChunkedInput(input);
    }
    String length = head.header("content-length");
    if (length == null) {
      return input;
    }
    try {
      return new FixedInput(input, Long.parseLong(length));
    } catch (NumberFormatException e) {
      throw new IOException("the peer sent a malformed Content-Length", e);
    }
  }
}
