package dev.priok.http.server;

import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;

/**
 * Closes a connection whose peer has closed its unix socket wholly, not only its sending side.
 *
 * <p>For epoll both look the same once the end of input was read, so our event loop is not told.
 * Sending nothing distinguishes them: the kernel refuses with EPIPE when the peer has closed
 * (unix_stream_sendmsg), and sends nothing otherwise. Of a TCP peer nothing can be known without
 * sending bytes.
 */
// What Netty's close and schedule came to is seen in channelInactive.
@SuppressWarnings("FutureReturnValueIgnored")
final class PeerProbe {
  private final Channel channel;
  private final Inbound inbound;
  private final ByteBuffer nothing = ByteBuffer.allocateDirect(1);
  private boolean watching;

  PeerProbe(Channel channel, Inbound inbound) {
    this.channel = channel;
    this.inbound = inbound;
  }

  /** On the event loop: looks at a half-closed peer every second until it is gone. */
  void watch() {
    if (watching || !inbound.ended() || !channel.isActive()) {
      return;
    }
    if (!(channel instanceof EpollDomainSocketChannel unix)) {
      return;
    }
    if (isGone(unix)) {
      channel.close();
      return;
    }
    watching = true;
    channel
        .eventLoop()
        .schedule(
            () -> {
              watching = false;
              watch();
            },
            1,
            TimeUnit.SECONDS);
  }

  private boolean isGone(EpollDomainSocketChannel unix) {
    try {
      unix.fd().write(nothing, 0, 0);
      return false;
    } catch (IOException e) {
      return true;
    }
  }
}
