package dev.priok.host.logging.drivers;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads MessagePack values by the table of its specification. */
final class MessagePackReader {
  private MessagePackReader() {}

  /** An EventTime. */
  record Time(long seconds, int nanos) {}

  static Object read(ByteBuffer in) {
    int type = in.get() & 0xff;
    if (type < 0x80) {
      return (long) type;
    }
    if (type < 0x90) {
      return map(in, type & 0xf);
    }
    if (type < 0xa0) {
      return array(in, type & 0xf);
    }
    if (type < 0xc0) {
      return text(in, type & 0x1f);
    }
    return switch (type) {
      case 0xcc -> (long) (in.get() & 0xff);
      case 0xcd -> (long) (in.getShort() & 0xffff);
      case 0xce -> in.getInt() & 0xffffffffL;
      case 0xcf -> in.getLong();
      case 0xd7 -> time(in);
      case 0xd9 -> text(in, in.get() & 0xff);
      case 0xda -> text(in, in.getShort() & 0xffff);
      case 0xdb -> text(in, in.getInt());
      case 0xdc -> array(in, in.getShort() & 0xffff);
      case 0xde -> map(in, in.getShort() & 0xffff);
      default -> throw new AssertionError("type " + type);
    };
  }

  private static Time time(ByteBuffer in) {
    if (in.get() != 0) {
      throw new AssertionError("not an EventTime");
    }
    return new Time(in.getInt() & 0xffffffffL, in.getInt());
  }

  private static String text(ByteBuffer in, int length) {
    if (in.remaining() < length) {
      throw new java.nio.BufferUnderflowException();
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static List<Object> array(ByteBuffer in, int size) {
    List<Object> result = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      result.add(read(in));
    }
    return result;
  }

  private static Map<Object, Object> map(ByteBuffer in, int size) {
    Map<Object, Object> result = new LinkedHashMap<>();
    for (int i = 0; i < size; i++) {
      Object key = read(in);
      if (result.put(key, read(in)) != null) {
        throw new AssertionError("key twice: " + key);
      }
    }
    return result;
  }
}
