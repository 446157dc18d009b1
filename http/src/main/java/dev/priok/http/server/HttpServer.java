package dev.priok.http.server;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Listens, hands each request to the handler, and stops in order. */
public final class HttpServer implements AutoCloseable {
  private static final int LARGEST_READ = 128 * 1024;

  private final ServerOptions options;
  private final Handler handler;
  private final EventLoopGroup loops;
  private final List<Channel> listeners = new CopyOnWriteArrayList<>();
  private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
  private final Handshakes handshakes = new Handshakes();
  private volatile boolean stopping;

  public HttpServer(ServerOptions options, Handler handler) {
    this.options = options;
    this.handler = handler;
    ThreadFactory threads = Thread.ofPlatform().name("http-loop-", 0).daemon().factory();
    this.loops =
        new MultiThreadIoEventLoopGroup(options.eventLoops(), threads, ParkingEpoll.newFactory());
  }

  /** Starts to listen; returns the port of a TCP endpoint, which matters where 0 was asked for. */
  public int listen(Endpoint endpoint) throws IOException {
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(loops)
            .childHandler(new Initializer(tls(endpoint)))
            // A backlog as long as the kernel allows: bursts of clients are normal.
            .option(ChannelOption.SO_BACKLOG, 4096)
            .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
            // As much as a unix socket holds: an archive comes in a few thousand pieces, not many.
            .childOption(
                ChannelOption.RECVBUF_ALLOCATOR,
                new AdaptiveRecvByteBufAllocator(64, 2048, LARGEST_READ))
            .childOption(
                ChannelOption.WRITE_BUFFER_WATER_MARK,
                new WriteBufferWaterMark(64 * 1024, 256 * 1024));
    return switch (endpoint) {
      case Endpoint.Unix unix -> {
        UnixSocketFile.makeRoom(unix.path());
        bootstrap.channel(EpollServerDomainSocketChannel.class);
        Channel channel =
            opened(bootstrap.bind(new DomainSocketAddress(unix.path().toFile())), endpoint);
        try {
          UnixSocketFile.restrict(unix.path(), unix.group());
        } catch (IOException e) {
          channel.close().awaitUninterruptibly();
          throw e;
        }
        yield 0;
      }
      case Endpoint.Tcp tcp -> {
        bootstrap.channel(EpollServerSocketChannel.class);
        tcpOptions(bootstrap).option(ChannelOption.SO_REUSEADDR, true);
        InetSocketAddress address =
            tcp.host().isEmpty()
                ? new InetSocketAddress(tcp.port())
                : new InetSocketAddress(tcp.host(), tcp.port());
        yield port(opened(bootstrap.bind(address), endpoint));
      }
      case Endpoint.Inherited inherited -> {
        int descriptor = inherited.descriptor();
        if (inherited.unix()) {
          // It listens already: without the flag Netty waits for a bind, and accepts nobody.
          bootstrap.channelFactory(() -> new EpollServerDomainSocketChannel(descriptor, true));
        } else {
          EpollServerSocketChannel channel = new EpollServerSocketChannel(descriptor);
          if (!inherited.anywhere() && !channel.localAddress().getAddress().isLoopbackAddress()) {
            throw new IOException(
                "refusing to listen on "
                    + channel.localAddress()
                    + " without TLS: whoever reaches this address is root on this host");
          }
          bootstrap.channelFactory(() -> channel);
          tcpOptions(bootstrap);
        }
        yield port(opened(bootstrap.register(), endpoint));
      }
    };
  }

  private static @Nullable ServerTls tls(Endpoint endpoint) {
    return switch (endpoint) {
      case Endpoint.Unix unix -> null;
      case Endpoint.Tcp tcp -> tcp.tls();
      case Endpoint.Inherited inherited -> inherited.unix() ? null : inherited.tls();
    };
  }

  private static ServerBootstrap tcpOptions(ServerBootstrap bootstrap) {
    return bootstrap
        .childOption(ChannelOption.TCP_NODELAY, true)
        .childOption(ChannelOption.SO_KEEPALIVE, true);
  }

  private Channel opened(ChannelFuture future, Endpoint endpoint) throws IOException {
    future.awaitUninterruptibly();
    Throwable failure = future.cause();
    if (failure != null) {
      String why =
          failure instanceof BindException
                  && String.valueOf(failure.getMessage()).contains("in use")
              ? "the address is in use already"
              : failure.getMessage();
      throw new IOException("cannot listen on " + endpoint + ": " + why, failure);
    }
    listeners.add(future.channel());
    return future.channel();
  }

  private static int port(Channel channel) {
    @Nullable SocketAddress address = channel.localAddress();
    return address instanceof InetSocketAddress inet ? inet.getPort() : 0;
  }

  /** Takes no new connection, lets requests under way end within the grace, then cuts the rest. */
  @Override
  public void close() {
    stopping = true;
    listeners.forEach(l -> l.close().awaitUninterruptibly());
    connections.stream().filter(c -> !c.busy()).forEach(Connection::finish);
    long end = System.nanoTime() + options.grace().toNanos();
    awaitUntil(end, () -> connections.stream().noneMatch(Connection::busy));
    connections.forEach(Connection::closeNow);
    // The loops must still be there to carry the closing out.
    awaitUntil(System.nanoTime() + TimeUnit.SECONDS.toNanos(1), connections::isEmpty);
    loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  private static void awaitUntil(long end, BooleanSupplier done) {
    try {
      while (!done.getAsBoolean() && System.nanoTime() < end) {
        Thread.sleep(5);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  ServerOptions options() {
    return options;
  }

  Handler handler() {
    return handler;
  }

  boolean stopping() {
    return stopping;
  }

  void opened(Connection connection) {
    connections.add(connection);
  }

  void closed(Connection connection) {
    connections.remove(connection);
  }

  /** What every accepted connection gets. */
  private final class Initializer extends ChannelInitializer<Channel> {
    private final @Nullable ServerTls tls;

    Initializer(@Nullable ServerTls tls) {
      this.tls = tls;
    }

    @Override
    protected void initChannel(Channel channel) {
      DuplexChannel duplex = (DuplexChannel) channel;
      if (tls == null) {
        channel.pipeline().addLast(new Connection(HttpServer.this, duplex, null));
        return;
      }
      SslHandler handler = new SslHandler(tls.engine(), handshakes.sumsOf(channel));
      handshakes.begin(channel, handler);
      handler.setHandshakeTimeoutMillis(options.handshakeTimeout().toMillis());
      channel
          .pipeline()
          .addLast(new TlsGate(duplex, handler))
          .addLast(handler)
          .addLast(new Connection(HttpServer.this, duplex, handler));
    }
  }
}
