package dev.priok.host.archive;

import dev.priok.kernel.call.PathText;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/**
 * Writes a tar: ustar headers, and a PAX header only for what ustar cannot say (long names, large
 * numbers, nanoseconds, extended attributes). Equal entries give equal bytes.
 */
public final class TarWriter implements AutoCloseable {
  private static final int BLOCK = 512;
  private static final long LARGEST_OCTAL_7 = 0_7777777L;
  private static final long LARGEST_OCTAL_11 = 0_77777777777L;

  /** Padding, and the two empty blocks of the end. */
  private static final byte[] ZEROS = new byte[2 * BLOCK];

  private final OutputStream out;
  private final IdMap ids;
  private final byte[] header = new byte[BLOCK];
  private long left;
  private long padding;

  /** The stream should be buffered; it stays open at {@link #close}. */
  public TarWriter(OutputStream out) {
    this(out, IdMap.NONE);
  }

  /** A writer of what lies on the disk, for readers who know the ids inside containers. */
  public TarWriter(OutputStream out, IdMap ids) {
    this.out = out;
    this.ids = ids;
  }

  /** Begins an entry; as many bytes of content as it announces must follow. */
  public void begin(TarEntry onDisk) throws IOException {
    finishEntry();
    TarEntry entry = ids.toContainer(onDisk);
    String name =
        entry.isDirectory() && !entry.name().endsWith("/") ? entry.name() + "/" : entry.name();
    PaxHeader pax = new PaxHeader();
    int split = split(name);
    if (split < 0 || !isAscii(name)) {
      pax.put("path", PathText.encode(name));
    }
    if (entry.link().length() > 100 || !isAscii(entry.link())) {
      pax.put("linkpath", PathText.encode(entry.link()));
    }
    if (entry.size() > LARGEST_OCTAL_11) {
      pax.put("size", PathText.encode(Long.toString(entry.size())));
    }
    if (entry.uid() > LARGEST_OCTAL_7) {
      pax.put("uid", PathText.encode(Long.toString(entry.uid())));
    }
    if (entry.gid() > LARGEST_OCTAL_7) {
      pax.put("gid", PathText.encode(Long.toString(entry.gid())));
    }
    long seconds = entry.mtimeSeconds();
    if (seconds < 0 || seconds > LARGEST_OCTAL_11 || entry.mtimeNanos() != 0) {
      pax.put("mtime", PathText.encode(paxTime(seconds, entry.mtimeNanos())));
    }
    entry.xattrs().forEach((key, value) -> pax.put(PaxHeader.XATTR + key, value));
    if (!pax.isEmpty()) {
      byte[] body = pax.encode();
      header("PaxHeaders.0/" + tail(name), 0, TarEntry.file("", 0644, body.length, 0), 'x');
      left = body.length;
      padding = -left & (BLOCK - 1);
      write(body, 0, body.length);
      finishEntry();
    }
    header(name, Math.max(split, 0), entry, entry.type());
    left = entry.type() == TarEntry.FILE ? entry.size() : 0;
    padding = -left & (BLOCK - 1);
  }

  /** Content of the entry begun last. */
  public void write(byte[] bytes, int offset, int length) throws IOException {
    if (length > left) {
      throw new IOException("archive/tar: write too long");
    }
    out.write(bytes, offset, length);
    left -= length;
  }

  /** Writes the two empty blocks of the end. */
  @Override
  public void close() throws IOException {
    finishEntry();
    out.write(ZEROS);
    out.flush();
  }

  private void finishEntry() throws IOException {
    if (left != 0) {
      throw new IOException("archive/tar: missed writing " + left + " bytes");
    }
    if (padding > 0) {
      out.write(ZEROS, 0, (int) padding);
      padding = 0;
    }
  }

  private void header(String name, int split, TarEntry entry, char type) throws IOException {
    Arrays.fill(header, (byte) 0);
    if (split > 0) {
      text(345, 155, name.substring(0, split));
      text(0, 100, name.substring(split + 1));
    } else {
      text(0, 100, name);
    }
    octal(100, 7, entry.mode() & 07777);
    octal(108, 7, Math.min(entry.uid(), LARGEST_OCTAL_7));
    octal(116, 7, Math.min(entry.gid(), LARGEST_OCTAL_7));
    octal(
        124,
        11,
        Math.min(type == TarEntry.FILE || type == 'x' ? entry.size() : 0, LARGEST_OCTAL_11));
    octal(136, 11, Math.clamp(entry.mtimeSeconds(), 0, LARGEST_OCTAL_11));
    header[156] = (byte) type;
    text(157, 100, entry.link());
    text(257, 6, "ustar");
    header[263] = '0';
    header[264] = '0';
    octal(329, 7, entry.deviceMajor());
    octal(337, 7, entry.deviceMinor());
    Arrays.fill(header, 148, 156, (byte) ' ');
    long sum = 0;
    for (byte b : header) {
      sum += b & 0xff;
    }
    octal(148, 6, sum);
    out.write(header);
  }

  private void text(int at, int length, String value) {
    byte[] bytes = PathText.encode(value);
    System.arraycopy(bytes, 0, header, at, Math.min(length, bytes.length));
  }

  private void octal(int at, int digits, long value) {
    long rest = value;
    for (int i = at + digits - 1; i >= at; i--) {
      header[i] = (byte) ('0' + (rest & 7));
      rest >>= 3;
    }
    header[at + digits] = 0;
  }

  /** 0: fits as it is; positive: the slash between prefix and name; -1: does not fit. */
  private static int split(String name) {
    if (name.length() <= 100) {
      return 0;
    }
    int slash = name.lastIndexOf('/', Math.min(155, name.length() - 2));
    return slash > 0 && name.length() - slash - 1 <= 100 ? slash : -1;
  }

  private static boolean isAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 0x80) {
        return false;
      }
    }
    return true;
  }

  private static String tail(String name) {
    String ascii = isAscii(name) ? name : "name";
    String plain = ascii.endsWith("/") ? ascii.substring(0, ascii.length() - 1) : ascii;
    String last = plain.substring(plain.lastIndexOf('/') + 1);
    return last.length() > 80 ? last.substring(0, 80) : last;
  }

  private static String paxTime(long seconds, int nanos) {
    if (nanos == 0) {
      return Long.toString(seconds);
    }
    if (seconds < 0) {
      // -1.3 is second -2 and 700 ms
      long whole = -(seconds + 1);
      return "-" + whole + "." + fraction(1_000_000_000 - nanos);
    }
    return seconds + "." + fraction(nanos);
  }

  private static String fraction(int nanos) {
    String digits = Integer.toString(1_000_000_000 + nanos); // a one before nine digits
    int end = digits.length();
    while (end > 1 && digits.charAt(end - 1) == '0') {
      end--;
    }
    return digits.substring(1, end);
  }
}
