package dev.priok.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** A client that sends exactly the bytes it is told. */
final class Wire implements AutoCloseable {
  private final SocketChannel channel;

  Wire(SocketAddress address) throws IOException {
    channel = SocketChannel.open(address);
  }

  Wire send(String text) throws IOException {
    return send(text.getBytes(StandardCharsets.UTF_8));
  }

  Wire send(byte[] bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
    return this;
  }

  Wire end() throws IOException {
    channel.shutdownOutput();
    return this;
  }

  /** Reads until the text has come. */
  String until(String mark) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    ByteBuffer one = ByteBuffer.allocate(1);
    while (channel.read(one) > 0) {
      all.write(one.get(0));
      one.clear();
      String text = all.toString(StandardCharsets.ISO_8859_1);
      if (text.endsWith(mark)) {
        return text;
      }
    }
    throw new IOException("ended after: " + all.toString(StandardCharsets.ISO_8859_1));
  }

  byte[] exactly(int count) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(count);
    while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
      Thread.onSpinWait();
    }
    return java.util.Arrays.copyOf(buffer.array(), buffer.position());
  }

  /** Reads to the connection's end. */
  String rest() throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    ByteBuffer buffer = ByteBuffer.allocate(8192);
    while (channel.read(buffer) >= 0) {
      all.write(buffer.array(), 0, buffer.position());
      buffer.clear();
    }
    return all.toString(StandardCharsets.ISO_8859_1);
  }

  /** Counts bytes to the connection's end. */
  long count() throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(256 * 1024);
    long total = 0;
    for (int n = channel.read(buffer); n >= 0; n = channel.read(buffer)) {
      total += n;
      buffer.clear();
    }
    return total;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
