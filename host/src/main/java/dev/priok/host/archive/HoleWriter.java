package dev.priok.host.archive;

import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.Io;
import java.io.IOException;

/**
 * Writes a new file from its beginning and leaves holes where only zeros are: a disk image of a
 * gigabyte that holds a megabyte takes a megabyte again. Chunks of any size; holes are as large as
 * the chunks of zeros.
 */
final class HoleWriter {
  /** Less than this is not worth a call more. */
  private static final int LEAST = 4096;

  private final Fd file;
  private long length;
  private boolean endsInHole;

  HoleWriter(Fd file) {
    this.file = file;
  }

  void write(byte[] from, int offset, int count) throws IOException {
    length += count;
    if (count >= LEAST && isZero(from, offset, count)) {
      Io.seek(file, length);
      endsInHole = true;
    } else if (count > 0) {
      Io.write(file, from, offset, count);
      endsInHole = false;
    }
  }

  /** Gives a file that ends in a hole its length. */
  void finish() throws IOException {
    if (endsInHole) {
      Io.truncate(file, length);
    }
  }

  long length() {
    return length;
  }

  private static boolean isZero(byte[] bytes, int offset, int count) {
    for (int i = offset; i < offset + count; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }
}
