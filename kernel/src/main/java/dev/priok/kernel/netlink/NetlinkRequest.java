package dev.priok.kernel.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Builds netlink messages one after the other (netlink(7)): a 16-byte header, the family's own
 * header, then attributes, each padded to four bytes. Numbers are in the machine's byte order
 * unless a method says {@code be}.
 *
 * <p>Not for several threads.
 */
public final class NetlinkRequest {
  static final int REQUEST = 0x1;
  static final int ACK = 0x4;
  static final int DUMP = 0x300;
  static final int REPLACE = 0x100;
  static final int EXCL = 0x200;
  static final int CREATE = 0x400;
  static final int APPEND = 0x800;
  static final int NESTED = 0x8000;

  private static final int HEADER = 16;

  private ByteBuffer buffer = ByteBuffer.allocate(2048).order(ByteOrder.nativeOrder());
  private int sequence;
  private int acks;

  /** One message: {@code body} writes the family header and the attributes. */
  NetlinkRequest message(int type, int flags, Consumer<NetlinkRequest> body) {
    int start = buffer.position();
    sequence++;
    i32(0);
    u16(type);
    u16(flags | REQUEST);
    i32(sequence);
    i32(0);
    body.accept(this);
    align();
    buffer.putInt(start, buffer.position() - start);
    if ((flags & ACK) != 0) {
      acks++;
    }
    return this;
  }

  NetlinkRequest u8(int value) {
    room(1).put((byte) value);
    return this;
  }

  NetlinkRequest u16(int value) {
    room(2).putShort((short) value);
    return this;
  }

  NetlinkRequest i32(int value) {
    room(4).putInt(value);
    return this;
  }

  NetlinkRequest bytes(byte[] value) {
    room(value.length).put(value);
    return this;
  }

  NetlinkRequest attr(int type, byte[] value) {
    return attrs(type, r -> r.bytes(value));
  }

  NetlinkRequest attr8(int type, int value) {
    return attrs(type, r -> r.u8(value));
  }

  NetlinkRequest attr32(int type, int value) {
    return attrs(type, r -> r.i32(value));
  }

  NetlinkRequest attrBe32(int type, int value) {
    return attrs(type, r -> r.bytes(be32(value)));
  }

  NetlinkRequest attrString(int type, String value) {
    return attrs(type, r -> r.bytes(value.getBytes(StandardCharsets.UTF_8)).u8(0));
  }

  /** An attribute whose content {@code body} writes, other attributes among it. */
  NetlinkRequest attrs(int type, Consumer<NetlinkRequest> body) {
    int start = buffer.position();
    u16(0);
    u16(type);
    body.accept(this);
    int length = buffer.position() - start;
    if (length > 0xffff) {
      throw new IllegalArgumentException("a netlink attribute of " + length + " bytes");
    }
    buffer.putShort(start, (short) length);
    align();
    return this;
  }

  NetlinkRequest nest(int type, Consumer<NetlinkRequest> body) {
    return attrs(type | NESTED, body);
  }

  int position() {
    return buffer.position();
  }

  int messages() {
    return sequence;
  }

  int acks() {
    return acks;
  }

  byte[] toBytes() {
    return Arrays.copyOf(buffer.array(), buffer.position());
  }

  static byte[] be32(int value) {
    return new byte[] {
      (byte) (value >> 24), (byte) (value >> 16), (byte) (value >> 8), (byte) value
    };
  }

  /** In the machine's byte order, as the kernel's registers hold numbers it computes itself. */
  static byte[] native32(int value) {
    return ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(value).array();
  }

  private void align() {
    while ((buffer.position() & 3) != 0) {
      u8(0);
    }
  }

  private ByteBuffer room(int more) {
    if (buffer.remaining() < more) {
      ByteBuffer larger =
          ByteBuffer.allocate(Math.max(buffer.capacity() * 2, buffer.position() + more + HEADER))
              .order(ByteOrder.nativeOrder());
      buffer.flip();
      larger.put(buffer);
      buffer = larger;
    }
    return buffer;
  }
}
