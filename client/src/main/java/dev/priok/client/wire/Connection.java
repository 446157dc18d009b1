package dev.priok.client.wire;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * One socket as a pair of streams that may be used from two threads at once.
 *
 * <p>{@code Channels.newInputStream} is not used: one side of it may lock out the other, and an
 * attached terminal reads and writes at the same time.
 */
public final class Connection implements Closeable {
  private static final int BUFFER = 32 * 1024;

  private final SocketChannel channel;
  private final InputStream input;
  private final OutputStream output;

  Connection(SocketChannel channel) {
    this.channel = channel;
    this.input = new BufferedInputStream(new ChannelInput(channel), BUFFER);
    this.output = new ChannelOutput(channel);
  }

  /** Bytes from the peer, buffered: what follows an answer's head is still here. */
  public InputStream input() {
    return input;
  }

  /** Bytes to the peer, not buffered. */
  public OutputStream output() {
    return output;
  }

  /** Ends what we send; the peer may go on sending. */
  public void shutdownOutput() throws IOException {
    channel.shutdownOutput();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private static final class ChannelInput extends InputStream {
    private final SocketChannel channel;

    ChannelInput(SocketChannel channel) {
      this.channel = channel;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      return length == 0 ? 0 : channel.read(ByteBuffer.wrap(target, offset, length));
    }
  }

  private static final class ChannelOutput extends OutputStream {
    private final SocketChannel channel;

    ChannelOutput(SocketChannel channel) {
      this.channel = channel;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
      ByteBuffer buffer = ByteBuffer.wrap(source, offset, length);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
    }
  }
}
