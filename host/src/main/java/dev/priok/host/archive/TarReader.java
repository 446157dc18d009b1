package dev.priok.host.archive;

import dev.priok.kernel.call.PathText;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a tar in one pass: ustar, PAX, GNU long names, base-256 numbers and GNU sparse files.
 *
 * <p>Not commons-compress: that decodes PAX values and names as UTF-8 text, which destroys {@code
 * security.capability} and names of other character sets, and it spends several times as long on a
 * header.
 *
 * <p>The content of an entry is read through this stream until it returns -1; what is left unread
 * is skipped by {@link #next}.
 */
public final class TarReader extends InputStream {
  private static final int BLOCK = 512;

  /** Largest extended header; Go's reader, and so Docker, refuses more. */
  private static final int LARGEST_EXTENSION = 1 << 20;

  private final InputStream in;
  private final byte[] input = new byte[64 * 1024];
  private int position;
  private int limit;

  /** Bytes of the entry in the archive that were not read yet, and the padding after them. */
  private long stored;

  private long padding;
  private @Nullable SparseMap sparse;

  public TarReader(InputStream in) {
    this.in = in;
  }

  static ArchiveException invalidHeader() {
    return new ArchiveException("archive/tar: invalid tar header");
  }

  /** The next entry, or null at the end of the archive. */
  public @Nullable TarEntry next() throws IOException {
    PaxHeader pax = new PaxHeader();
    String longName = null;
    String longLink = null;
    while (true) {
      skipFully(stored + padding);
      stored = 0;
      padding = 0;
      sparse = null;
      byte[] header = header();
      if (header == null) {
        return null;
      }
      char type = header[156] == 0 ? TarEntry.FILE : (char) (header[156] & 0xff);
      long size = number(header, 124, 12);
      if (size < 0) {
        throw invalidHeader();
      }
      switch (type) {
        case 'x', 'X' -> pax = PaxHeader.parse(extension(size));
        case 'g' ->
            extension(size); // global headers carry comments (git archive); as Docker, ignored
        case 'L' -> longName = untilNul(extension(size));
        case 'K' -> longLink = untilNul(extension(size));
        default -> {
          return entry(header, type, size, pax, longName, longLink);
        }
      }
    }
  }

  private TarEntry entry(
      byte[] header,
      char type,
      long headerSize,
      PaxHeader pax,
      @Nullable String longName,
      @Nullable String longLink)
      throws IOException {
    String name = first(pax.text("path"), longName, name(header));
    String link = first(pax.text("linkpath"), longLink, text(header, 157, 100));
    char kind = type;
    if (kind == TarEntry.FILE && name.endsWith("/")) {
      kind = TarEntry.DIRECTORY; // V7 tars have no type for directories
    }
    if (kind == '7') {
      kind = TarEntry.FILE; // contiguous file; means nothing on Linux
    }
    long size = pax.number("size", headerSize);
    if (size < 0) {
      throw invalidHeader();
    }
    boolean hasContent = kind == TarEntry.FILE || kind == 'S';
    stored = hasContent || kind > '6' ? size : 0;
    padding = -stored & (BLOCK - 1);
    long fullSize = hasContent ? size : 0;
    if (kind == 'S') {
      sparse = SparseMap.ofGnuHeader(header, this::block);
      fullSize = number(header, 483, 12);
      kind = TarEntry.FILE;
    } else if (kind == TarEntry.FILE) {
      sparse = SparseMap.ofPax(pax, this::storedBlock);
      String sparseName = pax.text("GNU.sparse.name");
      if (sparseName != null) {
        name = sparseName;
      }
      fullSize = pax.number("GNU.sparse.realsize", pax.number("GNU.sparse.size", size));
    }
    if (sparse != null) {
      sparse.finish(fullSize, stored);
    }
    Times mtime = Times.parse(pax.text("mtime"), number(header, 136, 12));
    boolean device = kind == TarEntry.CHARACTER || kind == TarEntry.BLOCK;
    return new TarEntry(
        name,
        kind,
        link,
        (int) number(header, 100, 8) & 07777,
        pax.number("uid", number(header, 108, 8)),
        pax.number("gid", number(header, 116, 8)),
        fullSize,
        mtime.seconds(),
        mtime.nanos(),
        device ? (int) number(header, 329, 8) : 0,
        device ? (int) number(header, 337, 8) : 0,
        pax.xattrs());
  }

  /** Reads content of the present entry; holes of a sparse file are zeros. */
  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (sparse != null) {
      return sparse.read(target, offset, length, this::readStored);
    }
    return readStored(target, offset, length);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  /** Reads and drops what follows the archive, so that a sender is not cut off in the middle. */
  public void drain() throws IOException {
    skipFully(stored + padding);
    stored = 0;
    padding = 0;
    do {
      position = limit;
    } while (fill());
  }

  private int readStored(byte[] target, int offset, int length) throws IOException {
    if (stored == 0) {
      return -1;
    }
    int wanted = (int) Math.min(length, stored);
    int count;
    if (position == limit && wanted >= input.length) {
      count = in.read(target, offset, wanted);
      if (count < 0) {
        throw new EOFException("unexpected EOF");
      }
    } else {
      if (position == limit && !fill()) {
        throw new EOFException("unexpected EOF");
      }
      count = Math.min(wanted, limit - position);
      System.arraycopy(input, position, target, offset, count);
      position += count;
    }
    stored -= count;
    return count;
  }

  private boolean fill() throws IOException {
    position = 0;
    limit = Math.max(0, in.read(input, 0, input.length));
    return limit > 0;
  }

  private void skipFully(long count) throws IOException {
    long rest = count;
    while (rest > 0) {
      if (position == limit && !fill()) {
        throw new EOFException("unexpected EOF");
      }
      int step = (int) Math.min(rest, limit - position);
      position += step;
      rest -= step;
    }
  }

  private byte @Nullable [] header() throws IOException {
    byte[] block = new byte[BLOCK];
    if (!fullBlock(block)) {
      return null; // no end mark at all; tar and Go take it
    }
    if (isZero(block)) {
      if (!fullBlock(block) || isZero(block)) {
        return null;
      }
      throw invalidHeader();
    }
    long sum = 0;
    long signed = 0;
    for (int i = 0; i < BLOCK; i++) {
      int value = i >= 148 && i < 156 ? ' ' : block[i] & 0xff;
      sum += value;
      signed += (byte) value;
    }
    long expected = number(block, 148, 8);
    if (expected != sum && expected != signed) {
      throw invalidHeader();
    }
    return block;
  }

  private byte[] block() throws IOException {
    byte[] block = new byte[BLOCK];
    if (!fullBlock(block)) {
      throw new EOFException("unexpected EOF");
    }
    return block;
  }

  /** A block out of the present entry's own content (the map of a PAX 1.0 sparse file). */
  private byte[] storedBlock() throws IOException {
    if (stored < BLOCK) {
      throw invalidHeader();
    }
    stored -= BLOCK;
    return block();
  }

  /** False at the end of the stream; a part of a block is an error. */
  private boolean fullBlock(byte[] block) throws IOException {
    int done = 0;
    while (done < BLOCK) {
      if (position == limit && !fill()) {
        if (done == 0) {
          return false;
        }
        throw new EOFException("unexpected EOF");
      }
      int count = Math.min(BLOCK - done, limit - position);
      System.arraycopy(input, position, block, done, count);
      position += count;
      done += count;
    }
    return true;
  }

  private byte[] extension(long size) throws IOException {
    if (size > LARGEST_EXTENSION) {
      throw new ArchiveException("archive/tar: header field too long");
    }
    stored = size;
    padding = -size & (BLOCK - 1);
    byte[] body = new byte[(int) size];
    for (int done = 0; done < body.length; ) {
      done += readStored(body, done, body.length - done);
    }
    return body;
  }

  private static boolean isZero(byte[] block) {
    for (byte b : block) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }

  private static String name(byte[] header) {
    String name = text(header, 0, 100);
    boolean ustar = text(header, 257, 6).equals("ustar");
    String prefix = ustar ? text(header, 345, 155) : "";
    return prefix.isEmpty() ? name : prefix + "/" + name;
  }

  private static String text(byte[] header, int from, int length) {
    return untilNul(Arrays.copyOfRange(header, from, from + length));
  }

  private static String untilNul(byte[] bytes) {
    int end = 0;
    while (end < bytes.length && bytes[end] != 0) {
      end++;
    }
    return PathText.decode(Arrays.copyOf(bytes, end));
  }

  private static String first(@Nullable String a, @Nullable String b, String c) {
    return a != null ? a : b != null ? b : c;
  }

  /** An octal number, or a base-256 one where the first bit is set (GNU). */
  static long number(byte[] header, int from, int length) throws ArchiveException {
    if ((header[from] & 0x80) != 0) {
      boolean negative = (header[from] & 0x40) != 0;
      long value = negative ? (-1L << 6) | (header[from] & 0x3f) : header[from] & 0x3f;
      for (int i = from + 1; i < from + length; i++) {
        if (value > Long.MAX_VALUE >> 8 || value < Long.MIN_VALUE >> 8) {
          throw invalidHeader();
        }
        value = (value << 8) | (header[i] & 0xff);
      }
      return value;
    }
    long value = 0;
    boolean ended = false;
    for (int i = from; i < from + length; i++) {
      byte b = header[i];
      if (b == 0 || b == ' ') {
        ended = ended || value != 0 || (i > from && header[i - 1] >= '0');
        continue;
      }
      if (b < '0' || b > '7' || ended) {
        throw invalidHeader();
      }
      value = (value << 3) | (b - '0');
    }
    return value;
  }

  /** Seconds and nanoseconds of a PAX time such as {@code 1350244992.023960108}. */
  record Times(long seconds, int nanos) {
    static Times parse(@Nullable String pax, long fallback) throws ArchiveException {
      if (pax == null) {
        return new Times(fallback, 0);
      }
      List<String> parts = List.of(pax.split("\\.", 2));
      try {
        boolean negative = pax.startsWith("-");
        long seconds = Long.parseLong(parts.getFirst());
        int nanos =
            parts.size() == 1 ? 0 : Integer.parseInt((parts.get(1) + "000000000").substring(0, 9));
        if (nanos < 0) {
          throw invalidHeader();
        }
        return negative && nanos > 0
            ? new Times(seconds - 1, 1_000_000_000 - nanos)
            : new Times(seconds, nanos);
      } catch (NumberFormatException e) {
        throw invalidHeader();
      }
    }
  }
}
