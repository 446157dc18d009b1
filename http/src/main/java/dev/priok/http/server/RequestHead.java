package dev.priok.http.server;

/**
 * Request line and header fields.
 *
 * @param target path and query as sent, percent-encoded
 * @param minor 0 or 1: the version was {@code HTTP/1.<minor>}
 * @param contentLength length of the body; 0 for none, -1 for a chunked one
 */
public record RequestHead(
    String method, String target, int minor, Headers headers, long contentLength) {

  public boolean chunked() {
    return contentLength < 0;
  }

  /** Path without the query, still percent-encoded. */
  public String rawPath() {
    int mark = target.indexOf('?');
    return mark < 0 ? target : target.substring(0, mark);
  }

  /** Query without the mark, still encoded; empty for none. */
  public String rawQuery() {
    int mark = target.indexOf('?');
    return mark < 0 ? "" : target.substring(mark + 1);
  }

  /** RFC 9112 section 9.3: HTTP/1.1 persists unless told otherwise, HTTP/1.0 does not. */
  boolean keepAlive() {
    return minor == 1 && !headers.lists("Connection", "close");
  }
}
