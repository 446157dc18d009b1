package dev.priok.http.server;

import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads a request's head (RFC 9112), strictly.
 *
 * <p>Everything that two parsers may understand differently is refused rather than repaired: bare
 * line feeds, folded lines, space before a colon, repeated or mixed lengths. A proxy in front and
 * this server must never disagree where a request ends (request smuggling, RFC 9112 section 11.2).
 */
final class HeadParser {
  private static final int MOST_FIELDS = 256;

  // Larger heads are read by a thread, so that the event loop is not held up by them.
  static final int LARGEST_AT_ONCE = 16 * 1024;

  private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
  private static final Pattern LENGTH = Pattern.compile("[0-9]{1,18}");

  private final Inbound in;
  private final int limit;
  private int taken;

  HeadParser(Inbound in, int limit) {
    this.in = in;
    this.limit = limit;
  }

  /**
   * Whether these bytes are one whole head that can be read without waiting. One that begins with
   * an empty line is not looked at.
   */
  static boolean isWholeHead(byte[] bytes) {
    int end = bytes.length - 4;
    if (end < 0 || bytes.length > LARGEST_AT_ONCE || bytes[0] < 'A') {
      return false;
    }
    return bytes[end] == '\r'
        && bytes[end + 1] == '\n'
        && bytes[end + 2] == '\r'
        && bytes[end + 3] == '\n';
  }

  /** The next head, or null where the client ended the connection between two requests. */
  @Nullable RequestHead next(long idleNanos, long headNanos) throws IOException {
    taken = 0;
    in.deadlineIn(idleNanos);
    int first = in.read();
    // RFC 9112 section 2.2: an empty line before the request line is to be ignored.
    while (first == '\r' || first == '\n') {
      first = in.read();
    }
    if (first < 0) {
      return null;
    }
    in.deadlineIn(headNanos);
    String line = line(first);
    String[] parts = line.split(" ", -1);
    if (parts.length != 3 || !TOKEN.matcher(parts[0]).matches()) {
      throw MalformedRequestException.bad("malformed request line");
    }
    if (line.equals("PRI * HTTP/2.0")) {
      throw new MalformedRequestException(505, "HTTP/2 is not offered; use HTTP/1.1");
    }
    int minor =
        switch (parts[2]) {
          case "HTTP/1.1" -> 1;
          case "HTTP/1.0" -> 0;
          default -> throw new MalformedRequestException(505, "unsupported protocol version");
        };
    Headers headers = fields();
    if (minor == 1 && headers.all("Host").size() != 1) {
      throw MalformedRequestException.bad("missing required Host header");
    }
    in.noDeadline();
    return new RequestHead(parts[0], target(parts[1]), minor, headers, length(headers, minor));
  }

  private static String target(String text) throws MalformedRequestException {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) <= ' ' || text.charAt(i) == 0x7f) {
        throw MalformedRequestException.bad("malformed request target");
      }
    }
    if (text.startsWith("/") || text.equals("*")) {
      return text;
    }
    // The absolute form must be taken too (RFC 9112 section 3.2.2).
    int scheme = text.indexOf("://");
    if (scheme > 0) {
      int slash = text.indexOf('/', scheme + 3);
      return slash < 0 ? "/" : text.substring(slash);
    }
    throw MalformedRequestException.bad("malformed request target");
  }

  private Headers fields() throws IOException {
    Headers headers = new Headers();
    while (true) {
      String line = line(-1);
      if (line.isEmpty()) {
        return headers;
      }
      int colon = line.indexOf(':');
      if (colon <= 0 || !TOKEN.matcher(line.substring(0, colon)).matches()) {
        throw MalformedRequestException.bad("malformed header field");
      }
      if (headers.size() >= MOST_FIELDS) {
        throw new MalformedRequestException(431, "too many header fields");
      }
      headers.add(line.substring(0, colon), line.substring(colon + 1).strip());
    }
  }

  private static long length(Headers headers, int minor) throws MalformedRequestException {
    List<String> encodings = headers.all("Transfer-Encoding");
    List<String> lengths = headers.all("Content-Length");
    if (!encodings.isEmpty()) {
      if (!lengths.isEmpty()) {
        throw MalformedRequestException.bad("both Content-Length and Transfer-Encoding");
      }
      if (minor == 0 || encodings.size() > 1) {
        throw MalformedRequestException.bad("malformed Transfer-Encoding");
      }
      if (!encodings.getFirst().equalsIgnoreCase("chunked")) {
        throw new MalformedRequestException(
            501, "unsupported transfer encoding: \"" + encodings.getFirst() + "\"");
      }
      return -1;
    }
    if (lengths.isEmpty()) {
      return 0;
    }
    if (lengths.size() > 1 || !LENGTH.matcher(lengths.getFirst()).matches()) {
      throw MalformedRequestException.bad("malformed Content-Length");
    }
    return Long.parseLong(lengths.getFirst());
  }

  /** A line without its CRLF; {@code first} is a byte already read, or -1. */
  private String line(int first) throws IOException {
    byte[] bytes = new byte[128];
    int length = 0;
    int b = first >= 0 ? first : in.read();
    while (true) {
      if (b < 0) {
        throw new EOFException("the client left in the middle of a request");
      }
      if (++taken > limit) {
        throw new MalformedRequestException(431, "request header fields too large");
      }
      if (b == '\r') {
        if (in.read() != '\n') {
          throw MalformedRequestException.bad("malformed line end");
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
      }
      if ((b < ' ' && b != '\t') || b == 0x7f) {
        throw MalformedRequestException.bad("control character in the request's head");
      }
      if (length == bytes.length) {
        bytes = java.util.Arrays.copyOf(bytes, length * 2);
      }
      bytes[length++] = (byte) b;
      b = in.read();
    }
  }
}
