package dev.priok.http.server;

import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says who is at the other end of a connection. */
final class IdentifyPeer {
  private static final Logger LOG = LoggerFactory.getLogger(IdentifyPeer.class);

  private IdentifyPeer() {}

  /** By the credentials of a unix socket, or by the certificate that TLS has verified. */
  static Peer of(Channel channel, @Nullable SslHandler tls) {
    if (channel instanceof EpollDomainSocketChannel unix) {
      try {
        return new Peer.Local(unix.peerCredentials().uid());
      } catch (IOException e) {
        LOG.debug("no credentials of a peer: {}", e.toString());
      }
    }
    // Where certificates are not verified, what one says is worth nothing.
    if (tls != null && tls.engine().getNeedClientAuth()) {
      try {
        List<X509Certificate> chain =
            Arrays.stream(tls.engine().getSession().getPeerCertificates())
                .map(X509Certificate.class::cast) // TLS of the JDK knows no others
                .toList();
        return new Peer.Certified(CommonName.of(chain.getFirst()), chain, address(channel));
      } catch (SSLPeerUnverifiedException e) {
        LOG.debug("no certificate of a peer: {}", e.toString());
      }
    }
    return new Peer.Remote(address(channel));
  }

  /** {@code unix}, or the address and port of who connected. */
  static String address(Channel channel) {
    return channel.remoteAddress() instanceof InetSocketAddress inet
        ? inet.getAddress().getHostAddress() + ":" + inet.getPort()
        : "unix";
  }
}
