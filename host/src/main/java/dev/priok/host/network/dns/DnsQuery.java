package dev.priok.host.network.dns;

import dev.priok.host.network.Ipv4;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The question of a DNS message (RFC 1035, 4.1). Anything that is not one plain question is left to
 * the servers outside.
 *
 * @param name in lower case, without the last dot
 * @param length bytes of header and question together
 */
@SuppressWarnings("ArrayRecordComponent") // lives for one question and is never compared
record DnsQuery(byte[] message, String name, int type, int length) {
  static final int A = 1;
  static final int PTR = 12;
  static final int AAAA = 28;
  static final int SERVER_FAILURE = 2;

  private static final int HEADER = 12;
  private static final int CLASS_INTERNET = 1;
  private static final int TTL_SECONDS = 600;
  private static final int RESPONSE = 0x8000;
  private static final int TRUNCATED = 0x0200;
  private static final int RECURSION_DESIRED = 0x0100;
  private static final int RECURSION_AVAILABLE = 0x0080;
  private static final int UDP_WITHOUT_EDNS = 512;
  private static final String REVERSE = ".in-addr.arpa";

  static Optional<DnsQuery> parse(byte[] message) {
    if (message.length < HEADER) {
      return Optional.empty();
    }
    ByteBuffer buffer = ByteBuffer.wrap(message);
    int flags = buffer.getShort(2) & 0xffff;
    boolean plainQuery = (flags & (RESPONSE | 0x7800)) == 0;
    if (!plainQuery || buffer.getShort(4) != 1) {
      return Optional.empty();
    }
    StringBuilder name = new StringBuilder();
    int at = HEADER;
    while (true) {
      if (at >= message.length) {
        return Optional.empty();
      }
      int label = message[at] & 0xff;
      at++;
      if (label == 0) {
        break;
      }
      // Longer labels are compression pointers, which a question has no use for.
      if (label > 63 || at + label > message.length || name.length() + label > 254) {
        return Optional.empty();
      }
      if (!name.isEmpty()) {
        name.append('.');
      }
      name.append(new String(message, at, label, StandardCharsets.ISO_8859_1));
      at += label;
    }
    if (at + 4 > message.length || buffer.getShort(at + 2) != CLASS_INTERNET) {
      return Optional.empty();
    }
    return Optional.of(
        new DnsQuery(
            message,
            name.toString().toLowerCase(Locale.ROOT),
            buffer.getShort(at) & 0xffff,
            at + 4));
  }

  /** The address that a PTR question is about. */
  Optional<Ipv4> reverseAddress() {
    if (type != PTR || !name.endsWith(REVERSE)) {
      return Optional.empty();
    }
    return Ipv4.parse(name.substring(0, name.length() - REVERSE.length()))
        .map(a -> new Ipv4(Integer.reverseBytes(a.bits())));
  }

  byte[] answer(List<Ipv4> addresses, boolean tcp) {
    return answerRecords(addresses.stream().map(Ipv4::bytes).toList(), A, tcp);
  }

  byte[] answer(String pointer, boolean tcp) {
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    for (String label : pointer.split("\\.", -1)) {
      byte[] bytes = label.getBytes(StandardCharsets.ISO_8859_1);
      data.write(Math.min(bytes.length, 63));
      data.write(bytes, 0, Math.min(bytes.length, 63));
    }
    data.write(0);
    return answerRecords(List.of(data.toByteArray()), PTR, tcp);
  }

  private byte[] answerRecords(List<byte[]> records, int recordType, boolean tcp) {
    int size = length + records.stream().mapToInt(r -> 12 + r.length).sum();
    boolean cut = !tcp && size > UDP_WITHOUT_EDNS;
    ByteBuffer reply = ByteBuffer.allocate(cut ? length : size);
    head(reply, cut ? TRUNCATED : 0, cut ? 0 : records.size());
    if (!cut) {
      for (byte[] record : records) {
        // 0xc00c points at the name of the question, which follows the header.
        reply.putShort((short) 0xc00c);
        reply.putShort((short) recordType);
        reply.putShort((short) CLASS_INTERNET);
        reply.putInt(TTL_SECONDS);
        reply.putShort((short) record.length);
        reply.put(record);
      }
    }
    return reply.array();
  }

  /** The name exists, but has nothing of this type. */
  byte[] nothing() {
    ByteBuffer reply = ByteBuffer.allocate(length);
    head(reply, 0, 0);
    return reply.array();
  }

  byte[] failure() {
    ByteBuffer reply = ByteBuffer.allocate(length);
    head(reply, SERVER_FAILURE, 0);
    return reply.array();
  }

  private void head(ByteBuffer reply, int flags, int answers) {
    reply.put(message, 0, length);
    int asked = reply.getShort(2) & RECURSION_DESIRED;
    reply.putShort(2, (short) (RESPONSE | RECURSION_AVAILABLE | asked | flags));
    reply.putShort(6, (short) answers);
    reply.putShort(8, (short) 0);
    reply.putShort(10, (short) 0);
  }
}
