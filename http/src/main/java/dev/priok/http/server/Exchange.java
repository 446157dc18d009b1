package dev.priok.http.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One request and its response.
 *
 * <p>The response is given in one of three ways, once: {@link #respond} with a whole body, {@link
 * #stream} with a body that comes piece by piece, or {@link #hijack}, after which the connection
 * carries plain bytes and no further request.
 */
public final class Exchange {
  private static final byte[] CONTINUE =
      "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] NONE = new byte[0];

  private final Connection connection;
  private final RequestHead head;
  private final BodyInput body;
  private boolean committed;
  private boolean complete;
  private boolean hijacked;
  private boolean keepAlive;
  private int status;
  private byte @Nullable [] shortBody;
  private @Nullable BeforeResponse beforeResponse;

  Exchange(Connection connection, RequestHead head) {
    this.connection = connection;
    this.head = head;
    this.keepAlive = head.keepAlive();
    this.body = new BodyInput(connection.inbound(), head, this::sendContinue);
  }

  /** True once the client has left; whatever fails then is of no interest to anybody. */
  public boolean clientGone() {
    return connection.gone();
  }

  public RequestHead head() {
    return head;
  }

  public InputStream body() {
    return body;
  }

  /**
   * Reads a body that is sent at once, such as JSON: at most so many bytes, and within the time
   * that the server gives for a head. Archives have no such limit, they may come from a slow pipe.
   * It is kept: whoever decides about a request reads it before its route does.
   */
  public byte[] shortBody(int most) throws IOException {
    byte[] known = shortBody;
    if (known != null) {
      return known;
    }
    connection.inbound().deadlineIn(connection.patience());
    try {
      byte[] bytes = body.readNBytes(most);
      shortBody = bytes;
      return bytes;
    } catch (SocketTimeoutException e) {
      throw new MalformedRequestException(408, "the request's body did not come in time");
    } finally {
      connection.inbound().noDeadline();
    }
  }

  /** What {@link #shortBody(int)} has read; empty where it was not called. */
  public byte[] shortBodyRead() {
    return shortBody == null ? NONE : shortBody;
  }

  /** Who is at the other end. */
  public Peer peer() {
    return connection.peer();
  }

  /** Of the response; 0 while it has not begun. */
  public int status() {
    return status;
  }

  /** Whose request this is: {@code unix} or an address with a port. */
  public String peerName() {
    return connection.peerName();
  }

  /** True once a response has begun; its status cannot be changed any more. */
  public boolean committed() {
    return committed;
  }

  /**
   * Runs an action, on a thread of its own, if the client leaves before the response is complete.
   */
  public void onGone(Runnable action) {
    connection.onGone(action);
  }

  /** Sees a response before any of it goes out, and prevents it by throwing. */
  public interface BeforeResponse {
    /**
     * Looks.
     *
     * @param body null where it is not known yet: streams
     */
    void look(int status, Headers headers, byte @Nullable [] body) throws IOException;
  }

  /** Has the next response looked at; one that takes its place is not. */
  public void beforeResponse(BeforeResponse who) {
    beforeResponse = who;
  }

  private void look(int code, Headers headers, byte @Nullable [] body) throws IOException {
    BeforeResponse who = beforeResponse;
    beforeResponse = null;
    if (who != null) {
      who.look(code, headers, body);
    }
  }

  /** Sends a response with a whole body; for HEAD the body only gives the length. */
  public void respond(int status, Headers headers, byte[] bytes) throws IOException {
    look(status, headers, bytes);
    boolean bodiless = status == 204 || status == 304 || status < 200;
    if (!bodiless) {
      headers.set("Content-Length", Integer.toString(bytes.length));
    }
    boolean send = !bodiless && !head.method().equals("HEAD");
    byte[] start = start(status, headers);
    complete = true;
    connection.outbound().rawNow(start, bytes, 0, send ? bytes.length : 0);
  }

  /**
   * Begins a response whose length is not known. What is written goes out at once; close ends it.
   */
  public OutputStream stream(int status, Headers headers) throws IOException {
    look(status, headers, null);
    boolean chunked = head.minor() == 1;
    if (chunked) {
      headers.set("Transfer-Encoding", "chunked");
    } else {
      // HTTP/1.0 knows no chunks: the end of the connection is the end of the body.
      keepAlive = false;
    }
    byte[] start = start(status, headers);
    connection.outbound().raw(start, 0, start.length);
    return new Body(chunked);
  }

  /** Sends the given head and takes the connection out of HTTP. Read the body before. */
  public RawStream hijack(int status, String reason, Headers headers) throws IOException {
    look(status, headers, null);
    hijacked = true;
    this.status = status;
    connection.hijacked();
    byte[] start = encode("HTTP/1.1 " + status + ' ' + reason, headers);
    committed = true;
    // At once: on the event loop it would leave together with what is written next.
    connection.outbound().rawNow(NONE, start, 0, start.length);
    return new RawStream(connection);
  }

  private byte[] start(int status, Headers headers) {
    if (committed) {
      throw new IllegalStateException("the response has begun already");
    }
    committed = true;
    this.status = status;
    if (!body.finished() && head.headers().lists("Expect", "100-continue")) {
      // The client may or may not send the body now: no telling where the next request begins.
      keepAlive = false;
    }
    if (connection.stopping()) {
      keepAlive = false;
    }
    headers.set("Date", HttpDate.now());
    if (!keepAlive) {
      headers.set("Connection", "close");
    } else if (head.minor() == 0) {
      headers.set("Connection", "keep-alive");
    }
    return encode("HTTP/1.1 " + status + ' ' + Reasons.of(status), headers);
  }

  private static byte[] encode(String line, Headers headers) {
    StringBuilder text = new StringBuilder(256).append(line).append("\r\n");
    headers.forEach(
        (name, value) -> text.append(name).append(": ").append(safe(value)).append("\r\n"));
    return text.append("\r\n").toString().getBytes(StandardCharsets.UTF_8);
  }

  /** A value that came from outside must not be able to add header fields. */
  private static String safe(String value) {
    return value.indexOf('\r') < 0 && value.indexOf('\n') < 0
        ? value
        : value.replace('\r', ' ').replace('\n', ' ');
  }

  private void sendContinue() throws IOException {
    if (!committed && head.minor() == 1 && head.headers().lists("Expect", "100-continue")) {
      connection.outbound().raw(CONTINUE, 0, CONTINUE.length);
    }
  }

  boolean isHijacked() {
    return hijacked;
  }

  /** False where the response was begun and cannot be ended properly: the client must see a cut. */
  boolean complete() {
    return complete;
  }

  /** True where the next request may follow on this connection. */
  boolean reusable() throws IOException {
    if (!keepAlive || !complete) {
      return false;
    }
    // Go's server reads on for 256 KiB too before it gives the connection up.
    byte[] rest = new byte[8192];
    int budget = 256 * 1024;
    while (!body.finished() && budget > 0) {
      int count = body.read(rest);
      if (count < 0) {
        break;
      }
      budget -= count;
    }
    return body.finished();
  }

  /** The body of a response that comes piece by piece. */
  private final class Body extends OutputStream {
    private final boolean chunked;
    private boolean closed;

    Body(boolean chunked) {
      this.chunked = chunked;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      if (closed) {
        throw new IOException("the response is complete");
      }
      if (head.method().equals("HEAD")) {
        return;
      }
      if (chunked) {
        connection.outbound().chunk(NONE, bytes, offset, length);
      } else {
        connection.outbound().raw(bytes, offset, length);
      }
    }

    @Override
    public void close() throws IOException {
      if (closed) {
        return;
      }
      closed = true;
      complete = true;
      if (chunked && !head.method().equals("HEAD")) {
        connection.outbound().endChunks();
      }
    }
  }
}
