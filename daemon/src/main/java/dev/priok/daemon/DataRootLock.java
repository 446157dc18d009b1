package dev.priok.daemon;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Keeps a data root to one daemon: a lock that the kernel gives back when its holder dies, in a
 * file that names the holder.
 */
final class DataRootLock implements AutoCloseable {
  private final FileChannel channel;

  private DataRootLock(FileChannel channel) {
    this.channel = channel;
  }

  static DataRootLock take(Path dataRoot) {
    Path file = dataRoot.resolve("priokd.lock");
    try {
      FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      FileLock lock = channel.tryLock();
      if (lock == null) {
        String holder = read(channel);
        channel.close();
        throw new StartRefusedException(
            "the data root %s is in use by another daemon (pid %s); stop it, or choose another"
                    .formatted(dataRoot, holder)
                + " --data-root");
      }
      byte[] pid = Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII);
      channel.truncate(0);
      channel.write(ByteBuffer.wrap(pid), 0);
      return new DataRootLock(channel);
    } catch (IOException e) {
      throw new StartRefusedException("cannot lock " + file + ": " + e.getMessage(), e);
    }
  }

  private static String read(FileChannel channel) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(32);
    channel.read(buffer, 0);
    return new String(buffer.array(), 0, buffer.position(), StandardCharsets.US_ASCII);
  }

  @Override
  public void close() throws IOException {
    // The file stays: removing it would let a third daemon lock a new one beside a waiting second.
    channel.close();
  }
}
