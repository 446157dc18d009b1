package dev.priok.client.wire;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Status line and headers of an answer (RFC 9112 section 4); header names in lower case. */
record Head(int status, Map<String, String> headers) {
  /** No engine sends more; a peer that does is no engine. */
  private static final int LIMIT = 256 * 1024;

  static Head read(InputStream input) throws IOException {
    String status = line(input);
    if (!status.startsWith("HTTP/1.") || status.length() < 12) {
      throw new IOException("the peer does not speak HTTP/1.1: " + printable(status));
    }
    int code;
    try {
      code = Integer.parseInt(status.substring(9, 12));
    } catch (NumberFormatException e) {
      throw new IOException("the peer sent a malformed status line: " + printable(status), e);
    }
    Map<String, String> headers = new LinkedHashMap<>();
    int size = 0;
    for (String line = line(input); !line.isEmpty(); line = line(input)) {
      size += line.length();
      int colon = line.indexOf(':');
      if (colon <= 0 || size > LIMIT) {
        throw new IOException("the peer sent malformed headers: " + printable(line));
      }
      headers.merge(
          line.substring(0, colon).strip().toLowerCase(Locale.ROOT),
          line.substring(colon + 1).strip(),
          (a, b) -> a + ", " + b);
    }
    return new Head(code, headers);
  }

  @Nullable String header(String name) {
    return headers.get(name);
  }

  static String line(InputStream input) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(128);
    for (int b = input.read(); b != '\n'; b = input.read()) {
      if (b < 0) {
        throw new EOFException("the peer closed the connection within its answer");
      }
      if (line.size() > LIMIT) {
        throw new IOException("the peer sent an endless line");
      }
      line.write(b);
    }
    String text = line.toString(StandardCharsets.ISO_8859_1);
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }

  private static String printable(String text) {
    String shown = text.length() > 80 ? text.substring(0, 80) : text;
    return shown.replaceAll("[^\\x20-\\x7e]", "?");
  }
}
