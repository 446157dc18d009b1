package dev.priok.host.logging.drivers;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes that are put together, with JSON strings among them. Reused: {@link #clear}. */
final class ByteText {
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private byte[] bytes;
  private int length;

  ByteText(int size) {
    this.bytes = new byte[size];
  }

  void clear() {
    length = 0;
    if (bytes.length > 256 * 1024) {
      bytes = new byte[16 * 1024]; // an unusually long batch must not stay
    }
  }

  int length() {
    return length;
  }

  byte[] array() {
    return bytes;
  }

  byte[] copy() {
    return Arrays.copyOf(bytes, length);
  }

  private void room(int more) {
    if (length + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
    }
  }

  ByteText add(byte[] from) {
    return add(from, 0, from.length);
  }

  ByteText add(byte[] from, int offset, int count) {
    room(count);
    System.arraycopy(from, offset, bytes, length, count);
    length += count;
    return this;
  }

  ByteText add(String text) {
    return add(text.getBytes(StandardCharsets.UTF_8));
  }

  ByteText add(int one) {
    room(1);
    bytes[length++] = (byte) one;
    return this;
  }

  /**
   * The inside of a JSON string, escaped as Docker's json-file does: also what HTML and JavaScript
   * might misread; bytes that are not UTF-8 become U+FFFD.
   */
  ByteText json(byte[] text, int offset, int count) {
    int end = offset + count;
    int plain = offset;
    int at = offset;
    while (at < end) {
      byte b = text[at];
      if (b >= 0x20 && b != '\\' && b != '"' && b != '<' && b != '>' && b != '&') {
        at++;
        continue;
      }
      int size = b >= 0 ? 0 : Utf8.size(text, at, end);
      if (size > 0 && !Utf8.isLineSeparator(text, at, size)) {
        at += size;
        continue;
      }
      add(text, plain, at - plain);
      if (b >= 0) {
        escape(b);
        at++;
      } else if (size > 0) {
        add("\\u202").add(HEX[text[at + 2] & 0xf]);
        at += size;
      } else {
        add("\\ufffd");
        at++;
      }
      plain = at;
    }
    return add(text, plain, end - plain);
  }

  private void escape(byte b) {
    switch (b) {
      case '\\', '"' -> add('\\').add(b);
      case '\n' -> add("\\n");
      case '\r' -> add("\\r");
      default -> add("\\u00").add(HEX[b >> 4]).add(HEX[b & 0xf]);
    }
  }

  /** Just enough of UTF-8 (RFC 3629, section 4). */
  private static final class Utf8 {
    private Utf8() {}

    /** Bytes of the character that starts there; 0 where none does. */
    static int size(byte[] b, int at, int end) {
      int first = b[at] & 0xff;
      int size = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
      if (size == 0 || at + size > end) {
        return 0;
      }
      for (int i = 1; i < size; i++) {
        if ((b[at + i] & 0xc0) != 0x80) {
          return 0;
        }
      }
      int second = b[at + 1] & 0xff;
      boolean wrong =
          (first == 0xe0 && second < 0xa0)
              || (first == 0xed && second > 0x9f)
              || (first == 0xf0 && second < 0x90)
              || (first == 0xf4 && second > 0x8f);
      return wrong ? 0 : size;
    }

    /** U+2028 or U+2029. */
    static boolean isLineSeparator(byte[] b, int at, int size) {
      return size == 3
          && (b[at] & 0xff) == 0xe2
          && (b[at + 1] & 0xff) == 0x80
          && ((b[at + 2] & 0xff) == 0xa8 || (b[at + 2] & 0xff) == 0xa9);
    }
  }
}
