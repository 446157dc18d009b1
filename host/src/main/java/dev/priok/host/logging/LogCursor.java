package dev.priok.host.logging;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;

/** A place in one log file; hands complete lines to the filter. */
final class LogCursor implements Closeable {
  private final FileChannel file;
  private final LogFilter filter;
  private final Object key;
  private byte[] buffer = new byte[128 * 1024];
  private int filled;
  private long position;

  /**
   * Makes one.
   *
   * @param key identity of the file on its file system ({@code BasicFileAttributes.fileKey})
   */
  LogCursor(FileChannel file, Object key, long position, LogFilter filter) {
    this.file = file;
    this.key = key;
    this.position = position;
    this.filter = filter;
  }

  /** Whether this is the file it reads. */
  boolean is(Object other) {
    return key.equals(other);
  }

  LogFilter filter() {
    return filter;
  }

  /** Reads to the present end of the file. A line still being written stays for the next call. */
  void drain() throws IOException {
    while (!filter.pastLine()) {
      if (filled == buffer.length) {
        buffer = Arrays.copyOf(buffer, buffer.length * 2);
      }
      int n = file.read(ByteBuffer.wrap(buffer, filled, buffer.length - filled), position);
      if (n <= 0) {
        return;
      }
      position += n;
      int end = filled + n;
      int start = 0;
      for (int i = filled; i < end; i++) {
        if (buffer[i] == '\n') {
          filter.accept(buffer, start, i + 1);
          start = i + 1;
        }
      }
      System.arraycopy(buffer, start, buffer, 0, end - start);
      filled = end - start;
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
