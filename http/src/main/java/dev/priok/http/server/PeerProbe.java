package dev.priok.http.server;

import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Tells whether the peer of a unix socket has closed it wholly, not only its sending side.
 *
 * <p>For epoll both look the same once the end of input was read. Sending nothing distinguishes
 * them: the kernel refuses with EPIPE when the peer has closed (unix_stream_sendmsg), and sends
 * nothing otherwise. Of a TCP peer nothing can be known without sending bytes.
 */
final class PeerProbe {
  private final Channel channel;
  private final ByteBuffer nothing = ByteBuffer.allocateDirect(1);

  PeerProbe(Channel channel) {
    this.channel = channel;
  }

  boolean peerIsGone() {
    if (!(channel instanceof EpollDomainSocketChannel unix)) {
      return false;
    }
    try {
      unix.fd().write(nothing, 0, 0);
      return false;
    } catch (IOException e) {
      return true;
    }
  }
}
