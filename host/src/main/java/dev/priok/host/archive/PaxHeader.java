package dev.priok.host.archive;

import dev.priok.kernel.call.PathText;
import java.io.ByteArrayOutputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The records of a PAX extended header, {@code "<length> <key>=<value>\n"} (POSIX.1-2001, pax).
 * Values stay bytes: SCHILY.xattr records are binary.
 */
final class PaxHeader {
  static final String XATTR = "SCHILY.xattr.";

  private final Map<String, byte[]> records = new LinkedHashMap<>();

  static PaxHeader parse(byte[] body) throws ArchiveException {
    PaxHeader header = new PaxHeader();
    int at = 0;
    while (at < body.length) {
      if (body[at] == 0) {
        break; // some writers pad with zeros inside the declared size
      }
      int end = at;
      long length = 0;
      while (end < body.length && body[end] >= '0' && body[end] <= '9' && length < body.length) {
        length = length * 10 + (body[end++] - '0');
      }
      if (end == at
          || end >= body.length
          || body[end] != ' '
          || length <= end - at + 1
          || at + length > body.length
          || body[(int) (at + length - 1)] != '\n') {
        throw TarReader.invalidHeader();
      }
      int next = (int) (at + length);
      int equals = end + 1;
      while (equals < next && body[equals] != '=') {
        equals++;
      }
      if (equals >= next) {
        throw TarReader.invalidHeader();
      }
      String key = PathText.decode(java.util.Arrays.copyOfRange(body, end + 1, equals));
      header.records.put(key, java.util.Arrays.copyOfRange(body, equals + 1, next - 1));
      at = next;
    }
    return header;
  }

  boolean isEmpty() {
    return records.isEmpty();
  }

  void put(String key, byte[] value) {
    records.put(key, value);
  }

  @Nullable String text(String key) {
    byte[] value = records.get(key);
    return value == null || value.length == 0 ? null : PathText.decode(value);
  }

  /** A decimal number, or {@code fallback} where the record is absent. */
  long number(String key, long fallback) throws ArchiveException {
    String value = text(key);
    if (value == null) {
      return fallback;
    }
    try {
      return Long.parseLong(value);
    } catch (NumberFormatException e) {
      throw TarReader.invalidHeader();
    }
  }

  Map<String, byte[]> xattrs() {
    Map<String, byte[]> result = new LinkedHashMap<>();
    records.forEach((key, value) -> {
      if (key.startsWith(XATTR)) {
        result.put(key.substring(XATTR.length()), value);
      }
    });
    return result.isEmpty() ? Map.of() : result;
  }

  byte[] encode() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    records.forEach((key, value) -> {
      byte[] name = PathText.encode(key);
      int rest = name.length + value.length + 3;
      int length = rest + Integer.toString(rest).length();
      // the length counts its own digits; one more digit may be needed for that
      if (Integer.toString(length).length() > Integer.toString(rest).length()) {
        length++;
      }
      out.writeBytes(PathText.encode(length + " "));
      out.writeBytes(name);
      out.write('=');
      out.writeBytes(value);
      out.write('\n');
    });
    return out.toByteArray();
  }
}
