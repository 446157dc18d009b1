package dev.priok.host.network;

import dev.priok.model.error.EngineException;
import java.io.IOException;
import java.io.InputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Host ports. A port is held by a real socket for as long as it is published, so that other
 * programs' listeners are found at once and none can slip in later; packets are redirected before
 * they would reach that socket. What reaches it nevertheless, or comes in on {@code [::1]}, is
 * passed on by {@link PortProxy} if the user-land proxy is on.
 *
 * <p>SCTP ports are booked here and forwarded by the packet filter, without a socket: the JDK's do
 * not speak it, and many kernels have no SCTP of their own.
 */
public final class PortAllocator {
  private static final Logger LOG = LoggerFactory.getLogger(PortAllocator.class);
  private static final Path EPHEMERAL = Path.of("/proc/sys/net/ipv4/ip_local_port_range");
  private static final int BACKLOG = 128;

  private record Key(Transport transport, int port) {}

  private final boolean userlandProxy;
  private final int ephemeralFirst;
  private final int ephemeralLast;
  private final Map<Key, Set<Ipv4>> held = new HashMap<>();
  private int lastEphemeral;

  public PortAllocator(boolean userlandProxy) {
    this.userlandProxy = userlandProxy;
    int first = 49153;
    int last = 65535;
    // Files.readString asks for one byte first, and the kernel gives such a file in one read only.
    try (InputStream in = Files.newInputStream(EPHEMERAL)) {
      String text = new String(in.readNBytes(64), StandardCharsets.US_ASCII);
      String[] range = text.trim().split("\\s+", -1);
      first = Integer.parseInt(range[0]);
      last = Integer.parseInt(range[1]);
    } catch (IOException | NumberFormatException | ArrayIndexOutOfBoundsException e) {
      LOG.warn("cannot read {}, choosing host ports from 49153-65535", EPHEMERAL, e);
    }
    this.ephemeralFirst = first;
    this.ephemeralLast = last;
    this.lastEphemeral = first - 1;
  }

  /**
   * What to publish.
   *
   * @param first first host port that will do; 0 means any ephemeral port
   * @param last last host port that will do
   */
  public record Wish(
      Transport transport,
      Ipv4 hostAddress,
      int first,
      int last,
      Ipv4 containerAddress,
      int containerPort) {}

  public PublishedPort claim(Wish wish) {
    if (wish.first() == 0) {
      return claimEphemeral(wish);
    }
    if (wish.first() == wish.last()) {
      return claimOne(wish, wish.first(), false);
    }
    for (int port = wish.first(); port <= wish.last(); port++) {
      PublishedPort claimed = tryClaim(wish, port);
      if (claimed != null) {
        return claimed;
      }
    }
    throw EngineException.internal(
        "Bind for " + wish.hostAddress() + ":" + wish.last() + " failed: port is already allocated",
        null);
  }

  /** A port that a running container has had since before the daemon's restart. */
  public PublishedPort reclaim(Wish wish) {
    try {
      return claimOne(wish, wish.first(), false);
    } catch (EngineException e) {
      LOG.warn("host port {} stays published without a socket: {}", wish.first(), e.getMessage());
      return claimOne(wish, wish.first(), true);
    }
  }

  private PublishedPort claimEphemeral(Wish wish) {
    int count = ephemeralLast - ephemeralFirst + 1;
    for (int i = 0; i < count; i++) {
      PublishedPort claimed = tryClaim(wish, nextEphemeral());
      if (claimed != null) {
        return claimed;
      }
    }
    throw EngineException.internal("all ports are allocated", null);
  }

  private synchronized int nextEphemeral() {
    lastEphemeral = lastEphemeral >= ephemeralLast ? ephemeralFirst : lastEphemeral + 1;
    return lastEphemeral;
  }

  private @Nullable PublishedPort tryClaim(Wish wish, int port) {
    if (!book(wish, port)) {
      return null;
    }
    try {
      return open(wish, port);
    } catch (BindException e) {
      release(wish.transport(), wish.hostAddress(), port);
      if (isInUse(e)) {
        return null;
      }
      throw bindFailed(wish, port, e);
    } catch (IOException e) {
      release(wish.transport(), wish.hostAddress(), port);
      throw bindFailed(wish, port, e);
    }
  }

  private PublishedPort claimOne(Wish wish, int port, boolean withoutSocket) {
    if (!book(wish, port)) {
      throw EngineException.internal(
          "Bind for " + wish.hostAddress() + ":" + port + " failed: port is already allocated",
          null);
    }
    try {
      return withoutSocket ? new PublishedPort(this, mapping(wish, port)) : open(wish, port);
    } catch (IOException e) {
      release(wish.transport(), wish.hostAddress(), port);
      throw bindFailed(wish, port, e);
    }
  }

  private static boolean isInUse(IOException e) {
    String message = e.getMessage();
    return message != null && message.contains("in use");
  }

  private static EngineException bindFailed(Wish wish, int port, IOException e) {
    String reason = isInUse(e) ? "address already in use" : String.valueOf(e.getMessage());
    return EngineException.internal(
        "failed to bind host port for "
            + wish.hostAddress()
            + ":"
            + port
            + ":"
            + wish.containerAddress()
            + ":"
            + wish.containerPort()
            + "/"
            + wish.transport().apiName()
            + ": "
            + Character.toLowerCase(reason.charAt(0))
            + reason.substring(1),
        e);
  }

  private synchronized boolean book(Wish wish, int port) {
    Set<Ipv4> addresses =
        held.computeIfAbsent(new Key(wish.transport(), port), k -> new HashSet<>());
    boolean taken =
        wish.hostAddress().isAny()
            ? !addresses.isEmpty()
            : addresses.contains(Ipv4.ANY) || addresses.contains(wish.hostAddress());
    if (taken) {
      return false;
    }
    addresses.add(wish.hostAddress());
    return true;
  }

  synchronized void release(Transport transport, Ipv4 address, int port) {
    Key key = new Key(transport, port);
    Set<Ipv4> addresses = held.get(key);
    if (addresses != null && addresses.remove(address) && addresses.isEmpty()) {
      held.remove(key);
    }
  }

  private static PortMapping mapping(Wish wish, int port) {
    return new PortMapping(
        wish.transport(), wish.hostAddress(), port, wish.containerAddress(), wish.containerPort());
  }

  private PublishedPort open(Wish wish, int port) throws IOException {
    PublishedPort result = new PublishedPort(this, mapping(wish, port));
    InetSocketAddress address = new InetSocketAddress(wish.hostAddress().inet(), port);
    switch (wish.transport()) {
      case TCP -> {
        result.hold(listen(StandardProtocolFamily.INET, address), userlandProxy);
        if (userlandProxy && wish.hostAddress().isAny()) {
          holdLoopback6(result, port);
        }
      }
      case UDP -> {
        DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET);
        try {
          channel.bind(address);
        } catch (IOException e) {
          channel.close();
          throw e;
        }
        result.hold(channel);
      }
      case SCTP -> {}
    }
    return result;
  }

  private static ServerSocketChannel listen(
      StandardProtocolFamily family, InetSocketAddress address) throws IOException {
    ServerSocketChannel channel = ServerSocketChannel.open(family);
    try {
      // Connections of a former listener that linger in TIME_WAIT are no conflict.
      channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      channel.bind(address, BACKLOG);
      return channel;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /** Resolvers put ::1 first for "localhost"; a host without IPv6 loses nothing. */
  private static void holdLoopback6(PublishedPort port, int number) {
    try {
      byte[] loopback = new byte[16];
      loopback[15] = 1;
      InetSocketAddress address = new InetSocketAddress(InetAddress.getByAddress(loopback), number);
      port.hold(listen(StandardProtocolFamily.INET6, address), true);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("sixteen bytes are an address", e);
    } catch (IOException | UnsupportedOperationException e) {
      LOG.debug("port {} is not published on [::1]: {}", number, e.getMessage());
    }
  }
}
