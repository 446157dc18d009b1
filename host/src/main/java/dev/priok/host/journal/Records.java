package dev.priok.host.journal;

import dev.priok.host.journal.Journal.Entry;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Entries as bytes: length of the rest after the sum (4), CRC-32C of that rest (4), time (8),
 * content; big-endian.
 */
final class Records {
  private static final int HEAD = 16;
  private static final int LARGEST = 64 << 20;

  private Records() {}

  static byte[] encode(long nanos, byte[] bytes) {
    ByteBuffer out = ByteBuffer.allocate(HEAD + bytes.length);
    out.putInt(8 + bytes.length).putInt(0).putLong(nanos).put(bytes);
    out.putInt(4, sum(out.array(), 8, 8 + bytes.length));
    return out.array();
  }

  private static int sum(byte[] bytes, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, offset, length);
    return (int) crc.getValue();
  }

  /** What a file holds: entries as far as they are whole, and where the whole ones end. */
  record Content(List<Entry> entries, List<Integer> ends, int end) {}

  /** Reads all; stops at the first entry that is not whole. */
  static Content decode(long firstNumber, byte[] file) {
    List<Entry> entries = new ArrayList<>();
    List<Integer> ends = new ArrayList<>();
    ByteBuffer in = ByteBuffer.wrap(file);
    int end = 0;
    while (in.remaining() >= HEAD) {
      int length = in.getInt();
      int sum = in.getInt();
      if (length < 8 || length > LARGEST || length > in.remaining()) {
        break;
      }
      if (sum(file, in.position(), length) != sum) {
        break;
      }
      long nanos = in.getLong();
      byte[] bytes = new byte[length - 8];
      in.get(bytes);
      entries.add(new Entry(firstNumber + entries.size(), nanos, bytes));
      end = in.position();
      ends.add(end);
    }
    return new Content(entries, ends, end);
  }
}
