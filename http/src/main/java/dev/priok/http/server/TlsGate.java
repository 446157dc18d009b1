package dev.priok.http.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * In front of TLS: lets a client that is refused hear why.
 *
 * <p>A client of TLS 1.3 sends its request before it learns that its certificate is not taken.
 * Closing a socket with unread bytes resets it (RFC 9112 section 9.6 on the same), and a reset
 * destroys the alert that says so; so only our side is ended, and what the client still sends is
 * thrown away for a moment. One that speaks plain HTTP gets the answer of Go's server.
 */
// What Netty's close, shutdown and schedule came to is seen in channelInactive.
@SuppressWarnings("FutureReturnValueIgnored")
final class TlsGate extends ChannelDuplexHandler {
  private static final Logger LOG = LoggerFactory.getLogger(TlsGate.class);
  private static final FewLines REFUSALS = new FewLines(60);

  private static final int LINGER_SECONDS = 2;

  /** The first byte of every handshake (RFC 8446 section 5.1). */
  private static final int HANDSHAKE = 22;

  private static final byte[] PLAIN =
      "HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n"
          .getBytes(StandardCharsets.US_ASCII);

  private final DuplexChannel channel;
  private final SslHandler tls;
  private boolean begun;
  private boolean refusing;
  private boolean ended;

  TlsGate(DuplexChannel channel, SslHandler tls) {
    this.channel = channel;
    this.tls = tls;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (refusing) {
      ReferenceCountUtil.release(message);
      return;
    }
    if (!begun && message instanceof ByteBuf buffer && buffer.isReadable()) {
      begun = true;
      int first = buffer.getByte(buffer.readerIndex()) & 0xff;
      // A method's name is of capitals; anything else is refused by TLS itself.
      if (first != HANDSHAKE && first >= 'A' && first <= 'Z') {
        buffer.release();
        if (REFUSALS.mayBeSaid()) {
          LOG.info("refused a client at {}: plain HTTP", IdentifyPeer.address(channel));
        }
        context.writeAndFlush(Unpooled.wrappedBuffer(PLAIN)).addListener(f -> refuse(context));
        return;
      }
    }
    context.fireChannelRead(message);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      ended = true;
      if (refusing) {
        context.close();
        return;
      }
    }
    context.fireUserEventTriggered(event);
  }

  @Override
  public void close(ChannelHandlerContext context, ChannelPromise promise) {
    boolean refused = tls.handshakeFuture().isDone() && !tls.handshakeFuture().isSuccess();
    if (refusing) {
      // Whoever else wants it closed must wait as well.
      channel.closeFuture().addListener(f -> promise.trySuccess());
    } else if (refused && !ended && channel.isActive()) {
      refuse(context);
      channel.closeFuture().addListener(f -> promise.trySuccess());
    } else {
      context.close(promise);
    }
  }

  /** Says in the log why a handshake failed; of a flood of them only the first ones. */
  static void tell(String client, Throwable cause) {
    Throwable deepest = cause;
    while (deepest.getCause() != null) {
      deepest = deepest.getCause();
    }
    if (deepest instanceof ClosedChannelException || !REFUSALS.mayBeSaid()) {
      LOG.debug("a TLS handshake with {} failed: {}", client, say(deepest));
      return;
    }
    switch (deepest) {
      case CertificateExpiredException old ->
          LOG.info("refused a TLS client at {}: its certificate has expired: {}", client, say(old));
      case CertificateNotYetValidException young ->
          LOG.info("refused a TLS client at {}: not valid yet: {}", client, say(young));
      default -> LOG.info("refused a TLS client at {}: {}", client, say(deepest));
    }
  }

  private static String say(Throwable failure) {
    String message = failure.getMessage();
    return message == null ? failure.toString() : message;
  }

  private void refuse(ChannelHandlerContext context) {
    refusing = true;
    channel.shutdownOutput();
    channel.config().setAutoRead(true);
    context.executor().schedule(() -> context.close(), LINGER_SECONDS, TimeUnit.SECONDS);
  }
}
