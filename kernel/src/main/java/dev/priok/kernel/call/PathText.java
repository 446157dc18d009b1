package dev.priok.kernel.call;

import java.nio.charset.StandardCharsets;

/**
 * File names as strings, without loss. Linux names are bytes; most are UTF-8, some are not. Bytes
 * that are not UTF-8 become the lone low surrogates U+DC80 to U+DCFF, which no valid text contains,
 * and turn back into the same bytes. (The JVM's own {@code Path} depends on the locale the process
 * was started with and refuses or garbles such names, so names from archives and directories should
 * pass through here.)
 */
public final class PathText {
  private PathText() {}

  /** The bytes of a name. */
  public static byte[] encode(String name) {
    int escaped = 0;
    for (int i = 0; i < name.length(); i++) {
      if (isEscape(name, i)) {
        escaped++;
      }
    }
    if (escaped == 0) {
      return name.getBytes(StandardCharsets.UTF_8);
    }
    java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream(name.length() + 16);
    int start = 0;
    for (int i = 0; i < name.length(); i++) {
      if (isEscape(name, i)) {
        out.writeBytes(name.substring(start, i).getBytes(StandardCharsets.UTF_8));
        out.write(name.charAt(i) - 0xDC00);
        start = i + 1;
      }
    }
    out.writeBytes(name.substring(start).getBytes(StandardCharsets.UTF_8));
    return out.toByteArray();
  }

  /** The name of these bytes. */
  public static String decode(byte[] bytes) {
    return decode(bytes, 0, bytes.length);
  }

  /** The name of a part of these bytes. */
  public static String decode(byte[] bytes, int offset, int length) {
    String plain = new String(bytes, offset, length, StandardCharsets.UTF_8);
    if (plain.indexOf('\uFFFD') < 0) {
      return plain;
    }
    StringBuilder text = new StringBuilder(length);
    int end = offset + length;
    int at = offset;
    while (at < end) {
      int size = sequence(bytes, at, end);
      if (size == 0) {
        text.append((char) (0xDC00 + (bytes[at] & 0xff)));
        at++;
      } else {
        text.append(new String(bytes, at, size, StandardCharsets.UTF_8));
        at += size;
      }
    }
    return text.toString();
  }

  private static boolean isEscape(String name, int i) {
    char c = name.charAt(i);
    return c >= '\uDC80'
        && c <= '\uDCFF'
        && (i == 0 || !Character.isHighSurrogate(name.charAt(i - 1)));
  }

  /** The length of the valid UTF-8 sequence that starts here, or 0. */
  private static int sequence(byte[] bytes, int at, int end) {
    int first = bytes[at] & 0xff;
    int size = first < 0x80 ? 1 : first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    if (first > 0xF4 || size == 0 || at + size > end) {
      return 0;
    }
    for (int i = 1; i < size; i++) {
      if ((bytes[at + i] & 0xC0) != 0x80) {
        return 0;
      }
    }
    if (size > 2) {
      int second = bytes[at + 1] & 0xff;
      boolean overlong = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
      boolean surrogate = first == 0xED && second >= 0xA0;
      boolean beyond = first == 0xF4 && second > 0x8F;
      return overlong || surrogate || beyond ? 0 : size;
    }
    return size;
  }
}
