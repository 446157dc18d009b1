package dev.priok.cli.archive;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes headers of ustar, with a pax header before where ustar's fields are too small. */
final class TarHeaders {
  private static final int BLOCK = 512;
  private static final long OCTAL_LIMIT = 1L << 33;

  private TarHeaders() {}

  static byte[] of(TarEntry entry) {
    StringBuilder records = new StringBuilder();
    if (isLong(entry.name())) {
      record("path", entry.name(), records);
    }
    if (isLong(entry.link())) {
      record("linkpath", entry.link(), records);
    }
    if (entry.size() >= OCTAL_LIMIT) {
      record("size", String.valueOf(entry.size()), records);
    }
    if (entry.uid() > 07777777) {
      record("uid", String.valueOf(entry.uid()), records);
    }
    if (entry.gid() > 07777777) {
      record("gid", String.valueOf(entry.gid()), records);
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    if (!records.isEmpty()) {
      byte[] pax = records.toString().getBytes(StandardCharsets.UTF_8);
      TarEntry extension =
          new TarEntry("PaxHeaders/entry", "", 'x', 0644, 0, 0, pax.length, entry.seconds());
      all.writeBytes(ustar(extension));
      all.writeBytes(pax);
      all.writeBytes(new byte[padding(pax.length)]);
    }
    all.writeBytes(ustar(entry));
    return all.toByteArray();
  }

  static int padding(long size) {
    return (int) ((BLOCK - size % BLOCK) % BLOCK);
  }

  private static boolean isLong(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length > 99 || text.chars().anyMatch(c -> c > 126);
  }

  /** The length at the front counts its own digits, too. */
  private static void record(String key, String value, StringBuilder target) {
    String rest = " " + key + "=" + value + "\n";
    int bytes = rest.getBytes(StandardCharsets.UTF_8).length;
    int length = bytes + String.valueOf(bytes).length();
    length = bytes + String.valueOf(length).length();
    target.append(length).append(rest);
  }

  private static byte[] ustar(TarEntry entry) {
    byte[] header = new byte[BLOCK];
    text(header, 0, 100, entry.name());
    octal(header, 100, 8, entry.mode());
    octal(header, 108, 8, Math.min(entry.uid(), 07777777));
    octal(header, 116, 8, Math.min(entry.gid(), 07777777));
    octal(header, 124, 12, Math.min(entry.size(), OCTAL_LIMIT - 1));
    octal(header, 136, 12, Math.max(0, Math.min(entry.seconds(), OCTAL_LIMIT - 1)));
    header[156] = (byte) entry.type();
    text(header, 157, 100, entry.link());
    text(header, 257, 6, "ustar");
    header[263] = '0';
    header[264] = '0';
    long sum = 8L * ' ';
    for (byte b : header) {
      sum += b & 0xff;
    }
    octal(header, 148, 7, sum);
    header[155] = ' ';
    return header;
  }

  private static void text(byte[] header, int offset, int length, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    System.arraycopy(bytes, 0, header, offset, Math.min(bytes.length, length));
  }

  private static void octal(byte[] header, int offset, int length, long value) {
    String digits = Long.toOctalString(value);
    text(header, offset, length, "0".repeat(length - 1 - digits.length()) + digits);
  }
}
