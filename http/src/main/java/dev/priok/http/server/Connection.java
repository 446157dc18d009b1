package dev.priok.http.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's connection: the event loop moves its bytes, and one request after the other is
 * answered, so that pipelined ones are answered in order.
 *
 * <p>A virtual thread is there while a request is, not while the client thinks: it begins with the
 * first bytes and ends when nothing more has come. Requests that the handler answers {@link
 * Handler#atOnce at once} need none.
 */
// What Netty's close, shutdown and schedule came to is seen in channelInactive.
@SuppressWarnings("FutureReturnValueIgnored")
final class Connection extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

  // How long a client may take to notice that we have ended before its bytes make us reset.
  private static final int LINGER_SECONDS = 2;

  // How long a client may take for the last buffered bytes.
  private static final int LAST_BYTES_SECONDS = 60;

  private final HttpServer server;
  private final DuplexChannel channel;
  private final @Nullable SslHandler tls;
  private final Inbound inbound;
  private final Outbound outbound;
  private final PeerProbe probe;
  private final HeadParser parser;
  private final Object lock = new Object();
  private final List<Runnable> goneActions = new ArrayList<>();
  private boolean gone;
  private boolean closed;
  private boolean hijacked;
  private boolean busy;
  private boolean finishing;

  // A thread, or the event loop itself, is answering: whoever is first takes it, see begin and
  // rest.
  private boolean serving;

  // When a client that sends nothing is given up, in System.nanoTime().
  private volatile long restUntil;

  // On the event loop only.
  private boolean allSent;
  private @Nullable Future<?> restTimer;

  /**
   * @param tls through which its bytes go; null: in plain text
   */
  Connection(HttpServer server, DuplexChannel channel, @Nullable SslHandler tls) {
    this.server = server;
    this.channel = channel;
    this.tls = tls;
    this.inbound = new Inbound(on -> channel.config().setAutoRead(on));
    // Past TLS nobody may write: direct output is for connections in plain text.
    this.outbound =
        new Outbound(
            channel, tls == null ? DirectOutput.of(channel, server.options().descriptors()) : null);
    this.probe = new PeerProbe(channel, inbound);
    this.parser = new HeadParser(inbound, server.options().headLimit());
  }

  Inbound inbound() {
    return inbound;
  }

  Outbound outbound() {
    return outbound;
  }

  /** Nanoseconds that a client may take for what is sent at once. */
  long patience() {
    return server.options().headTimeout().toNanos();
  }

  /** Asks the kernel, so not for each call: only where somebody wants to know. */
  Peer peer() {
    return IdentifyPeer.of(channel, tls);
  }

  /** {@code unix}, or the address and port of who connected. */
  String peerName() {
    return IdentifyPeer.address(channel);
  }

  boolean stopping() {
    return server.stopping();
  }

  /** True while a request is being answered or the connection carries a hijacked stream. */
  boolean busy() {
    synchronized (lock) {
      return busy;
    }
  }

  void hijacked() {
    synchronized (lock) {
      hijacked = true;
      // A client may have ended its input together with the request; here that is no departure.
      gone = closed;
    }
    channel.eventLoop().execute(probe::watch);
  }

  boolean gone() {
    synchronized (lock) {
      return gone;
    }
  }

  void onGone(Runnable action) {
    synchronized (lock) {
      if (!gone) {
        goneActions.add(action);
        return;
      }
    }
    Thread.startVirtualThread(action);
  }

  // On a connection's virtual thread.

  /** Answers from the given head on; null: nothing of it has been read yet. */
  private void serve(@Nullable RequestHead first) {
    boolean open = false;
    try {
      long patience = patience();
      RequestHead head = first == null ? parser.next(patience, patience) : first;
      open = head != null;
      while (open && head != null) {
        open = answer(head) && !stopping();
        if (!open || rest()) {
          break;
        }
        head = parser.next(patience, patience);
        open = head != null;
      }
    } catch (MalformedRequestException e) {
      LOG.debug("refused a malformed request: {}", e.getMessage());
      open = false;
      refuse(e.status(), e.getMessage());
    } catch (SocketTimeoutException e) {
      LOG.debug("closing a connection: {}", e.getMessage());
      open = false;
    } catch (IOException e) {
      LOG.debug("connection ended: {}", e.toString());
      open = false;
    }
    if (!open) {
      finish();
    }
  }

  /** True where nothing has come that would have to be answered: the event loop watches again. */
  private boolean rest() {
    synchronized (lock) {
      if (inbound.available() > 0 || inbound.ended()) {
        return false;
      }
      restUntil = System.nanoTime() + server.options().idleTimeout().toNanos();
      serving = false;
      return true;
    }
  }

  /** False where somebody is answering already, who will see what has come. */
  private boolean begin() {
    synchronized (lock) {
      if (serving || finishing) {
        return false;
      }
      serving = true;
      return true;
    }
  }

  /** True where another request may follow. */
  private boolean answer(RequestHead head) throws IOException {
    Exchange exchange = new Exchange(this, head);
    synchronized (lock) {
      busy = true;
    }
    try {
      server.handler().handle(exchange);
      if (exchange.isHijacked()) {
        return false;
      }
      if (!exchange.complete()) {
        abort();
        return false;
      }
      return exchange.reusable();
    } catch (MalformedRequestException e) {
      if (!exchange.committed()) {
        throw e;
      }
      abort();
      return false;
    } catch (Exception e) {
      // The handler answers its own failures; what gets here could not be answered any more.
      LOG.debug("{} {} was cut off", head.method(), head.target(), e);
      abort();
      return false;
    } finally {
      // An action for a departed client may have interrupted this thread after its work was done.
      Thread.interrupted();
      synchronized (lock) {
        busy = false;
        goneActions.clear();
      }
    }
  }

  private void refuse(int status, @Nullable String message) {
    try {
      Refusal.send(outbound, status, message);
    } catch (IOException e) {
      LOG.debug("the client left before its refusal: {}", e.toString());
    }
  }

  /** Ends at once, without the end mark of the response, so that the client knows it was cut. */
  private void abort() {
    channel.close();
  }

  /**
   * Sends what is buffered and ends our side; then waits for the client's end for a moment, because
   * closing a socket with unread bytes resets it, and a reset destroys what the client has not read
   * yet (RFC 9112 section 9.6).
   */
  void finish() {
    synchronized (lock) {
      if (finishing) {
        return;
      }
      finishing = true;
    }
    inbound.discard();
    closeIn(LAST_BYTES_SECONDS);
    outbound.finish(() -> {
      allSent = true;
      if (inbound.ended() || !channel.isActive()) {
        channel.close();
        return;
      }
      endOutput();
      closeIn(LINGER_SECONDS);
    });
  }

  private void endOutput() {
    SslHandler handler = tls;
    if (handler == null) {
      channel.shutdownOutput();
    } else {
      // Without close_notify the client could not tell the end from a cut (RFC 8446 section 6.1).
      handler.closeOutbound().addListener(f -> channel.shutdownOutput());
    }
  }

  private void closeIn(int seconds) {
    Future<?> timer = channel.eventLoop().schedule(this::closeNow, seconds, TimeUnit.SECONDS);
    channel.closeFuture().addListener(f -> timer.cancel(false));
  }

  void closeNow() {
    channel.close();
  }

  // On the event loop.

  @Override
  public void channelActive(ChannelHandlerContext context) {
    server.opened(this);
    restUntil = System.nanoTime() + patience();
    watchRest(patience());
  }

  /** Ends the connection of a client that has sent nothing for too long. */
  private void watchRest(long nanos) {
    Future<?> timer =
        channel
            .eventLoop()
            .schedule(
                () -> {
                  long now = System.nanoTime();
                  boolean resting;
                  synchronized (lock) {
                    resting = !serving && !finishing;
                  }
                  if (!resting) {
                    watchRest(server.options().idleTimeout().toNanos());
                  } else if (restUntil - now > 0) {
                    watchRest(restUntil - now);
                  } else {
                    LOG.debug("closing a connection: the client sent nothing in time");
                    finish();
                  }
                },
                nanos,
                TimeUnit.NANOSECONDS);
    restTimer = timer;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    try {
      if (message instanceof ByteBuf buffer && buffer.isReadable()) {
        int count = buffer.readableBytes();
        if (count > HeadParser.LARGEST_AT_ONCE && count > buffer.capacity() / 2) {
          // Part of an archive: read from where it is. A buffer that is mostly empty is not kept.
          inbound.offer(buffer.retain());
          if (begin() && !rest()) {
            serveApart(null);
          }
          return;
        }
        byte[] bytes = new byte[buffer.readableBytes()];
        buffer.readBytes(bytes);
        inbound.offer(Unpooled.wrappedBuffer(bytes));
        // Where somebody is answering he sees what has come, now or when he would rest.
        if (begin()) {
          begun(bytes);
        }
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  /** The first bytes of a request: a whole head as a rule, which needs no waiting to be read. */
  private void begun(byte[] bytes) {
    RequestHead head = null;
    try {
      if (inbound.available() < bytes.length) {
        // Whoever was answering until now has taken these bytes with what came before them.
        if (!rest()) {
          serveApart(null);
        }
        return;
      }
      if (HeadParser.isWholeHead(bytes)) {
        head = parser.next(0, 0);
        if (head != null && answersAtOnce(head)) {
          if (answer(head) && !stopping()) {
            if (!rest()) {
              serveApart(null);
            }
          } else {
            finish();
          }
          return;
        }
      }
    } catch (MalformedRequestException e) {
      LOG.debug("refused a malformed request: {}", e.getMessage());
      refuse(e.status(), e.getMessage());
      finish();
      return;
    } catch (IOException e) {
      LOG.debug("connection ended: {}", e.toString());
      finish();
      return;
    }
    serveApart(head);
  }

  private void serveApart(@Nullable RequestHead head) {
    Thread.ofVirtual().name("http-" + channel.id().asShortText()).start(() -> serve(head));
  }

  private boolean answersAtOnce(RequestHead head) {
    return head.contentLength() == 0
        && inbound.available() == 0
        && outbound.isIdle()
        && server.handler().atOnce(head);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof SslHandshakeCompletionEvent handshake && !handshake.isSuccess()) {
      TlsGate.tell(peerName(), handshake.cause());
      return;
    }
    // With TLS a half-closed state is one close_notify; a bare end of the bytes counts as one too,
    // as requests and their bodies know their length themselves.
    if (!(event instanceof ChannelInputShutdownEvent)
        && !(event instanceof SslCloseCompletionEvent)) {
      return;
    }
    if (inbound.ended()) {
      if (allSent) {
        channel.close();
      }
      return;
    }
    inbound.end();
    boolean over;
    boolean streaming;
    synchronized (lock) {
      over = finishing;
      streaming = hijacked;
    }
    if (over) {
      // Not before our last bytes are out: whoever sends them closes the channel then.
      if (allSent) {
        channel.close();
      }
    } else if (streaming) {
      probe.watch();
    } else {
      // A client that has ended its side in the middle of a call has left it, as Go's server sees
      // it too; only hijacked streams know a half-closed state.
      left();
      if (begin()) {
        finish();
      }
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    outbound.drain();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    synchronized (lock) {
      if (closed) {
        return;
      }
      closed = true;
    }
    Future<?> timer = restTimer;
    if (timer != null) {
      timer.cancel(false);
    }
    inbound.end();
    outbound.die();
    if (begin()) {
      inbound.discard(); // nobody answers, so nobody will read what is there
    }
    left();
    server.closed(this);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    // Resets and broken pipes, mostly: the connection is of no use any more.
    LOG.debug("connection failed: {}", cause.toString());
    context.close();
  }

  private void left() {
    List<Runnable> actions;
    synchronized (lock) {
      gone = true;
      actions = List.copyOf(goneActions);
      goneActions.clear();
    }
    actions.forEach(Thread::startVirtualThread);
  }
}
