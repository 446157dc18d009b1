package dev.priok.kernel.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A message that the kernel sent.
 *
 * @param type the header's type
 * @param body what follows the header
 */
record NetlinkReply(int type, ByteBuffer body) {

  /** The attributes that follow a family header of {@code skip} bytes; the last of a type wins. */
  Map<Integer, ByteBuffer> attributes(int skip) {
    return attributes(body, skip);
  }

  static Map<Integer, ByteBuffer> attributes(ByteBuffer from, int skip) {
    Map<Integer, ByteBuffer> result = new HashMap<>();
    int at = skip;
    while (at + 4 <= from.limit()) {
      int length = from.getShort(at) & 0xffff;
      int type = from.getShort(at + 2) & 0x3fff;
      if (length < 4 || at + length > from.limit()) {
        break;
      }
      result.put(type, from.slice(at + 4, length - 4).order(ByteOrder.nativeOrder()));
      at += (length + 3) & ~3;
    }
    return result;
  }

  static String string(@Nullable ByteBuffer value) {
    if (value == null) {
      return "";
    }
    int end = 0;
    while (end < value.limit() && value.get(end) != 0) {
      end++;
    }
    byte[] bytes = new byte[end];
    value.get(0, bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  static byte[] bytes(@Nullable ByteBuffer value) {
    if (value == null) {
      return new byte[0];
    }
    byte[] bytes = new byte[value.limit()];
    value.get(0, bytes);
    return bytes;
  }

  static int be32(@Nullable ByteBuffer value) {
    return value == null || value.limit() < 4
        ? 0
        : value.duplicate().order(ByteOrder.BIG_ENDIAN).getInt(0);
  }

  static int i32(@Nullable ByteBuffer value) {
    return value == null || value.limit() < 4 ? 0 : value.getInt(0);
  }
}
