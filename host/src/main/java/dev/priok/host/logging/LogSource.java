package dev.priok.host.logging;

import com.github.luben.zstd.ZstdInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The bytes of one log file, packed or not. */
interface LogSource extends Closeable {
  /** Reads from there on; at the end (for now) -1. */
  int read(byte[] into, int offset, int length, long position) throws IOException;

  static LogSource open(LogFiles.Rotated file) throws IOException {
    return file.packed() ? new Packed(file.path()) : plain(file.path());
  }

  static Plain plain(Path path) throws IOException {
    return new Plain(FileChannel.open(path, StandardOpenOption.READ));
  }

  /** As conmon wrote it; may grow. */
  record Plain(FileChannel channel) implements LogSource {
    @Override
    public int read(byte[] into, int offset, int length, long position) throws IOException {
      return channel.read(ByteBuffer.wrap(into, offset, length), position);
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  /** Unpacked while it is read; going back starts anew. */
  final class Packed implements LogSource {
    private final Path path;
    private InputStream in;
    private long at;

    Packed(Path path) throws IOException {
      this.path = path;
      this.in = open();
    }

    private InputStream open() throws IOException {
      InputStream file = Files.newInputStream(path);
      try {
        return new ZstdInputStream(file);
      } catch (IOException e) {
        file.close();
        throw e;
      }
    }

    @Override
    public int read(byte[] into, int offset, int length, long position) throws IOException {
      if (position < at) {
        in.close();
        in = open();
        at = 0;
      }
      while (at < position) {
        long n = in.skip(position - at);
        if (n <= 0) {
          return -1;
        }
        at += n;
      }
      int n = in.read(into, offset, length);
      at += Math.max(n, 0);
      return n;
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
