package dev.priok.host.archive;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the stored bytes of a sparse file belong: GNU's old header, and its PAX forms 0.0, 0.1 and
 * 1.0 (GNU tar manual, "Storing Sparse Files").
 */
final class SparseMap {
  /** A hostile map may not take the memory; a file of a million extents is no honest one. */
  private static final int MOST_EXTENTS = 1 << 20;

  private record Extent(long offset, long length) {}

  /** Reads the next block of 512 bytes. */
  interface Blocks {
    byte[] next() throws IOException;
  }

  /** Reads stored content. */
  interface Stored {
    int read(byte[] target, int offset, int length) throws IOException;
  }

  private final List<Extent> extents = new ArrayList<>();
  private long size;
  private long position;
  private int index;

  private SparseMap() {}

  static SparseMap ofGnuHeader(byte[] header, Blocks blocks) throws IOException {
    SparseMap map = new SparseMap();
    map.addGnu(header, 386, 4);
    boolean more = header[482] != 0;
    while (more) {
      byte[] block = blocks.next();
      map.addGnu(block, 0, 21);
      more = block[504] != 0;
    }
    return map;
  }

  static @Nullable SparseMap ofPax(PaxHeader pax, Blocks content) throws IOException {
    if ("1".equals(pax.text("GNU.sparse.major")) && "0".equals(pax.text("GNU.sparse.minor"))) {
      return ofContent(content);
    }
    String list = pax.text("GNU.sparse.map");
    if (list == null) {
      if (pax.text("GNU.sparse.numblocks") != null) {
        // version 0.0 repeats keys; its writers (tar 1.14-1.15.1 of 2004) are long gone
        throw new ArchiveException("archive/tar: sparse file format 0.0 is not supported");
      }
      return null;
    }
    SparseMap map = new SparseMap();
    String[] numbers = list.split(",", -1);
    if (numbers.length % 2 != 0) {
      throw TarReader.invalidHeader();
    }
    for (int i = 0; i < numbers.length; i += 2) {
      map.add(parse(numbers[i]), parse(numbers[i + 1]));
    }
    return map;
  }

  private static SparseMap ofContent(Blocks content) throws IOException {
    SparseMap map = new SparseMap();
    StringBuilder line = new StringBuilder();
    List<Long> numbers = new ArrayList<>();
    long wanted = 1;
    while (numbers.size() < wanted) {
      for (byte b : content.next()) {
        if (b == '\n' && numbers.size() < wanted) {
          numbers.add(parse(line.toString()));
          line.setLength(0);
          if (numbers.size() == 1) {
            wanted = 1 + 2 * numbers.getFirst();
            if (numbers.getFirst() > MOST_EXTENTS) {
              throw TarReader.invalidHeader();
            }
          }
        } else if (numbers.size() < wanted) {
          line.append((char) b);
        }
        if (line.length() > 20) {
          throw TarReader.invalidHeader();
        }
      }
    }
    for (int i = 1; i < numbers.size(); i += 2) {
      map.add(numbers.get(i), numbers.get(i + 1));
    }
    return map;
  }

  private void addGnu(byte[] block, int from, int count) throws ArchiveException {
    for (int i = 0; i < count; i++) {
      int at = from + 24 * i;
      if (block[at] == 0) {
        return;
      }
      add(TarReader.number(block, at, 12), TarReader.number(block, at + 12, 12));
    }
  }

  private void add(long offset, long length) throws ArchiveException {
    long end = extents.isEmpty() ? 0 : extents.getLast().offset() + extents.getLast().length();
    if (offset < end || length < 0 || offset + length < offset || extents.size() >= MOST_EXTENTS) {
      throw TarReader.invalidHeader();
    }
    extents.add(new Extent(offset, length));
  }

  private static long parse(String number) throws ArchiveException {
    try {
      return Long.parseLong(number);
    } catch (NumberFormatException e) {
      throw TarReader.invalidHeader();
    }
  }

  /** Checks the map against the sizes that the headers claim. */
  void finish(long fullSize, long storedSize) throws ArchiveException {
    long total = 0;
    for (Extent extent : extents) {
      total += extent.length();
    }
    long end = extents.isEmpty() ? 0 : extents.getLast().offset() + extents.getLast().length();
    if (total > storedSize || end > fullSize || fullSize < 0) {
      throw TarReader.invalidHeader();
    }
    size = fullSize;
  }

  int read(byte[] target, int offset, int length, Stored stored) throws IOException {
    if (position >= size) {
      return -1;
    }
    while (index < extents.size()
        && position >= extents.get(index).offset() + extents.get(index).length()) {
      index++;
    }
    Extent extent = index < extents.size() ? extents.get(index) : new Extent(size, 0);
    if (position < extent.offset()) {
      int count = (int) Math.min(length, extent.offset() - position);
      Arrays.fill(target, offset, offset + count, (byte) 0);
      position += count;
      return count;
    }
    long left = extent.offset() + extent.length() - position;
    int count = stored.read(target, offset, (int) Math.min(length, left));
    if (count < 0) {
      throw TarReader.invalidHeader();
    }
    position += count;
    return count;
  }
}
