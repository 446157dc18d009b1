package dev.priok.cli.archive;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads a tar archive: ustar with the extensions of pax and the long names of GNU tar. */
final class TarInput {
  private static final int BLOCK = 512;

  /** Names and pax headers are read into memory; no honest one is longer. */
  private static final int EXTENSION_LIMIT = 1 << 20;

  private final InputStream source;
  private long remaining;
  private int padding;

  TarInput(InputStream source) {
    this.source = source;
  }

  /** The next entry, or null at the end. */
  @Nullable TarEntry next() throws IOException {
    Map<String, String> extensions = new HashMap<>();
    while (true) {
      skipContent();
      byte[] header = source.readNBytes(BLOCK);
      if (header.length == 0 || isZero(header)) {
        return null;
      }
      if (header.length < BLOCK) {
        throw new EOFException("the archive ends within a header");
      }
      checkSum(header);
      char type = (char) (header[156] & 0xff);
      long size = number(header, 124, 12);
      begin(size);
      switch (type) {
        case 'x' -> extensions.putAll(pax(extension(size)));
        case 'g' -> extension(size);
        case 'L' -> extensions.put("path", zeroEnded(extension(size)));
        case 'K' -> extensions.put("linkpath", zeroEnded(extension(size)));
        default -> {
          return entry(header, type, size, extensions);
        }
      }
    }
  }

  /** Content of the current entry; -1 at its end. */
  int read(byte[] buffer) throws IOException {
    if (remaining == 0) {
      return -1;
    }
    int n = source.read(buffer, 0, (int) Math.min(buffer.length, remaining));
    if (n < 0) {
      throw new EOFException("the archive ends within a file");
    }
    remaining -= n;
    return n;
  }

  private TarEntry entry(byte[] header, char type, long size, Map<String, String> extensions)
      throws IOException {
    String prefix =
        text(header, 257, 6).startsWith("ustar") && header[262] == 0 ? text(header, 345, 155) : "";
    String shortName = text(header, 0, 100);
    String name =
        extensions.getOrDefault("path", prefix.isEmpty() ? shortName : prefix + "/" + shortName);
    long real = size;
    String paxSize = extensions.get("size");
    if (paxSize != null) {
      real = parse(paxSize);
      begin(real);
    }
    boolean directory = type == TarEntry.FILE && name.endsWith("/");
    char kind = type == 0 ? TarEntry.FILE : type;
    String mtime = extensions.getOrDefault("mtime", "");
    int dot = mtime.indexOf('.');
    return new TarEntry(
        name,
        extensions.getOrDefault("linkpath", text(header, 157, 100)),
        directory ? TarEntry.DIRECTORY : kind,
        (int) number(header, 100, 8) & 07777,
        extensions.containsKey("uid")
            ? parse(extensions.getOrDefault("uid", ""))
            : number(header, 108, 8),
        extensions.containsKey("gid")
            ? parse(extensions.getOrDefault("gid", ""))
            : number(header, 116, 8),
        real,
        mtime.isEmpty()
            ? number(header, 136, 12)
            : parse(dot < 0 ? mtime : mtime.substring(0, dot)));
  }

  private void begin(long size) throws IOException {
    if (size < 0) {
      throw new IOException("the archive has an entry of negative size");
    }
    remaining = size;
    padding = (int) ((BLOCK - size % BLOCK) % BLOCK);
  }

  private void skipContent() throws IOException {
    source.skipNBytes(remaining + padding);
    remaining = 0;
    padding = 0;
  }

  private byte[] extension(long size) throws IOException {
    if (size > EXTENSION_LIMIT) {
      throw new IOException("the archive has an extended header of " + size + " bytes");
    }
    byte[] content = source.readNBytes((int) size);
    if (content.length < size) {
      throw new EOFException("the archive ends within an extended header");
    }
    remaining = 0;
    return content;
  }

  /** Records {@code "<length> <key>=<value>\n"}, where the length counts the whole record. */
  private static Map<String, String> pax(byte[] content) throws IOException {
    Map<String, String> records = new HashMap<>();
    int start = 0;
    while (start < content.length) {
      int blank = start;
      while (blank < content.length && content[blank] != ' ') {
        blank++;
      }
      long length = parse(new String(content, start, blank - start, StandardCharsets.US_ASCII));
      long end = start + length;
      if (length <= blank - start + 1 || end > content.length) {
        throw new IOException("the archive has a malformed pax header");
      }
      String record = new String(content, blank + 1, (int) end - blank - 2, StandardCharsets.UTF_8);
      int equals = record.indexOf('=');
      if (equals > 0) {
        records.put(record.substring(0, equals), record.substring(equals + 1));
      }
      start = (int) end;
    }
    return records;
  }

  private static long parse(String digits) throws IOException {
    try {
      return Long.parseLong(digits);
    } catch (NumberFormatException e) {
      throw new IOException("the archive has a malformed number: " + digits, e);
    }
  }

  private static void checkSum(byte[] header) throws IOException {
    long sum = 0;
    for (int i = 0; i < BLOCK; i++) {
      sum += i >= 148 && i < 156 ? ' ' : header[i] & 0xff;
    }
    String digits = text(header, 148, 8).strip();
    if (!digits.matches("0*" + Long.toOctalString(sum))) {
      throw new IOException("this is no tar archive: a header's checksum is wrong");
    }
  }

  private static boolean isZero(byte[] block) {
    for (byte b : block) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }

  private static String text(byte[] header, int offset, int length) {
    int end = offset;
    while (end < offset + length && header[end] != 0) {
      end++;
    }
    return new String(header, offset, end - offset, StandardCharsets.UTF_8);
  }

  private static String zeroEnded(byte[] content) {
    int end = content.length;
    while (end > 0 && content[end - 1] == 0) {
      end--;
    }
    return new String(content, 0, end, StandardCharsets.UTF_8);
  }

  /** Octal digits, or GNU's base 256 where the first bit is set. */
  private static long number(byte[] header, int offset, int length) throws IOException {
    if ((header[offset] & 0x80) != 0) {
      long value = header[offset] & 0x3f;
      for (int i = offset + 1; i < offset + length; i++) {
        value = (value << 8) | (header[i] & 0xff);
      }
      return value;
    }
    String digits = text(header, offset, length).strip();
    try {
      return digits.isEmpty() ? 0 : Long.parseLong(digits, 8);
    } catch (NumberFormatException e) {
      throw new IOException("the archive has a malformed number: " + digits, e);
    }
  }
}
