package dev.priok.http.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.UnixChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes to a connection from the thread that has the bytes, without waking the event loop.
 *
 * <p>Through a descriptor of its own: the event loop may close the connection's at any instant, and
 * its number may then mean a file of somebody else. This one is closed by {@link Outbound} alone,
 * under the lock that writers hold. Not thread-safe by itself.
 */
final class DirectOutput {
  private static final Logger LOG = LoggerFactory.getLogger(DirectOutput.class);

  private final FileDescriptor descriptor;
  private final Descriptors kernel;
  private final boolean unix;

  private DirectOutput(FileDescriptor descriptor, Descriptors kernel, boolean unix) {
    this.descriptor = descriptor;
    this.kernel = kernel;
    this.unix = unix;
  }

  /** Null where there is no way to: the event loop writes then. */
  static @Nullable DirectOutput of(Channel channel, @Nullable Descriptors descriptors) {
    if (descriptors == null || !(channel instanceof UnixChannel unix)) {
      return null;
    }
    try {
      return new DirectOutput(
          new FileDescriptor(descriptors.duplicate(unix.fd().intValue())),
          descriptors,
          channel instanceof EpollDomainSocketChannel);
    } catch (IOException e) {
      LOG.debug("no descriptor for direct output: {}", e.toString());
      return null;
    }
  }

  /** Writes what the socket takes now; the rest stays in the buffer. */
  void write(ByteBuf buffer) throws IOException {
    while (buffer.isReadable()) {
      ByteBuffer bytes = buffer.nioBuffer();
      int count = descriptor.write(bytes, bytes.position(), bytes.limit());
      if (count <= 0) {
        return;
      }
      buffer.skipBytes(count);
    }
  }

  /** True where the client has read everything; and where nobody can tell, as over TCP. */
  boolean isRead() throws IOException {
    return !unix || kernel.unread(descriptor.intValue()) == 0;
  }

  void close() {
    try {
      descriptor.close();
    } catch (IOException e) {
      LOG.debug("closing a connection's second descriptor: {}", e.toString());
    }
  }
}
