package dev.priok.host.logging;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Finds where the last lines of a log file start, reading from its end only as far as needed. */
final class LogTail {
  private static final int BLOCK = 64 * 1024;

  private LogTail() {}

  /**
   * Looks for the start of the last {@code wanted} lines.
   *
   * @return the position, and how many of the lines this file does not hold
   */
  static Start find(LogSource source, long wanted) throws IOException {
    return source instanceof LogSource.Plain plain
        ? find(plain.channel(), wanted)
        : findForward(source, wanted);
  }

  /** Packed files can be read from their beginning only: counts, then looks for the line. */
  private static Start findForward(LogSource file, long wanted) throws IOException {
    Scan all = scan(file, Long.MAX_VALUE);
    if (all.lines <= wanted) {
      return new Start(wanted == 0 ? all.end : 0, wanted - (wanted == 0 ? 0 : all.lines));
    }
    return wanted == 0 ? new Start(all.end, 0) : new Start(scan(file, all.lines - wanted).end, 0);
  }

  /** Goes over that many whole lines; a line whose end is not there counts as one. */
  private static Scan scan(LogSource file, long most) throws IOException {
    byte[] header = new byte[K8sLine.HEADER];
    byte[] buffer = new byte[BLOCK];
    long lines = 0;
    long position = 0;
    long end = 0;
    int inLine = 0;
    boolean open = false;
    while (lines < most) {
      int n = file.read(buffer, 0, buffer.length, position);
      if (n <= 0) {
        return new Scan(open ? lines + 1 : lines, position);
      }
      for (int i = 0; i < n && lines < most; i++) {
        if (inLine < header.length) {
          header[inLine] = buffer[i];
        }
        inLine++;
        if (buffer[i] == '\n') {
          int length = Math.min(inLine, header.length);
          open = K8sLine.valid(header, 0, length) && K8sLine.partial(header, 0);
          if (!open) {
            lines++;
            end = position + i + 1;
          }
          inLine = 0;
        }
      }
      position += n;
    }
    return new Scan(lines, end);
  }

  private record Scan(long lines, long end) {}

  private static Start find(FileChannel file, long wanted) throws IOException {
    long size = file.size();
    if (wanted <= 0 || size == 0) {
      return new Start(size, Math.max(wanted, 0));
    }
    byte[] buffer = new byte[BLOCK + K8sLine.HEADER];
    long left = wanted;
    boolean last = true;
    long end = size;
    // Position of the line start found before this one, going backwards: if the line that starts
    // here is full, what follows it is a new line.
    long next = size;
    while (end > 0) {
      int length = (int) Math.min(BLOCK, end);
      long at = end - length;
      int extra = (int) Math.min(K8sLine.HEADER, size - end);
      read(file, buffer, length + extra, at);
      for (int i = length - 1; i >= 0; i--) {
        boolean startsLine = i > 0 ? buffer[i - 1] == '\n' : at == 0 || newlineAt(file, at - 1);
        if (!startsLine || at + i >= size) {
          continue;
        }
        boolean ends =
            last || !K8sLine.valid(buffer, i, length + extra) || !K8sLine.partial(buffer, i);
        last = false;
        if (ends && left-- == 0) {
          return new Start(next, 0);
        }
        next = at + i;
      }
      end = at;
    }
    return new Start(0, left);
  }

  private static boolean newlineAt(FileChannel file, long position) throws IOException {
    byte[] one = new byte[1];
    read(file, one, 1, position);
    return one[0] == '\n';
  }

  private static void read(FileChannel file, byte[] into, int length, long position)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(into, 0, length);
    long at = position;
    while (buffer.hasRemaining()) {
      int n = file.read(buffer, at);
      if (n < 0) {
        // Shorter than it was: the rest of the block must not look like text.
        java.util.Arrays.fill(into, buffer.position(), length, (byte) 0);
        return;
      }
      at += n;
    }
  }

  /** Where to begin reading; {@code missing} lines are to be found in older files. */
  record Start(long position, long missing) {}
}
