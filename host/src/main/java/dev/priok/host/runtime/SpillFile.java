package dev.priok.host.runtime;

import dev.priok.host.logging.LogStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Output put aside for one subscriber; a queue in a file without a name, so that nothing of it
 * survives the daemon. Not thread-safe.
 */
final class SpillFile implements AutoCloseable {
  private static final int HEADER = 5;

  private final FileChannel file;
  private long head;
  private long tail;

  SpillFile(Path directory) throws IOException {
    Path path = Files.createTempFile(directory, ".spill", "");
    this.file =
        FileChannel.open(
            path,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.DELETE_ON_CLOSE); // on Linux the JDK does so at once
  }

  long size() {
    return tail - head;
  }

  void add(Chunk chunk) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(HEADER + chunk.bytes().length);
    buffer.put((byte) (chunk.stream() == LogStream.STDERR ? 1 : 0)).putInt(chunk.bytes().length).put(chunk.bytes());
    buffer.flip();
    while (buffer.hasRemaining()) {
      tail += file.write(buffer, tail);
    }
  }

  /** The oldest piece; null where there is none. */
  @Nullable Chunk poll() throws IOException {
    if (head == tail) {
      return null;
    }
    ByteBuffer header = read(HEADER);
    LogStream stream = header.get() == 1 ? LogStream.STDERR : LogStream.STDOUT;
    Chunk chunk = new Chunk(stream, read(header.getInt()).array());
    if (head == tail) {
      file.truncate(0);
      head = 0;
      tail = 0;
    }
    return chunk;
  }

  private ByteBuffer read(int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length);
    while (buffer.hasRemaining()) {
      int n = file.read(buffer, head);
      if (n < 0) {
        throw new EOFException("output put aside is incomplete");
      }
      head += n;
    }
    return buffer.flip();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
