package dev.priok.host.network.dns;

import dev.priok.host.network.Ipv4;
import dev.priok.kernel.netlink.NftBatch;
import dev.priok.kernel.netlink.NftExpressions;
import dev.priok.kernel.netlink.NftSocket;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The name server of one container: {@code 127.0.0.11} inside its network namespace. It listens on
 * ports that the kernel chose and a rule inside the namespace redirects port 53 to them, so that
 * the container itself may run a name server on port 53 of every address.
 */
public final class NameServer implements AutoCloseable {
  public static final Ipv4 ADDRESS = new Ipv4(127 << 24 | 11);

  private static final Logger LOG = LoggerFactory.getLogger(NameServer.class);
  private static final int LARGEST = 65535;
  private static final int BACKLOG = 32;
  private static final int QUESTIONS_AT_ONCE = 256;
  private static final int CONNECTIONS_AT_ONCE = 64;
  private static final int IDLE_MILLIS = 10_000;
  private static final String TABLE = "priok_dns";

  private final DatagramChannel udp;
  private final ServerSocketChannel tcp;
  private final Semaphore questions = new Semaphore(QUESTIONS_AT_ONCE);
  private final Semaphore connections = new Semaphore(CONNECTIONS_AT_ONCE);

  private NameServer(DatagramChannel udp, ServerSocketChannel tcp) {
    this.udp = udp;
    this.tcp = tcp;
  }

  /**
   * Opens the sockets in the namespace of the calling thread, which must be a throw-away one, and
   * redirects port 53; loopback must be up. Answers come after {@link #start}.
   */
  public static NameServer open() throws IOException {
    DatagramChannel udp = DatagramChannel.open(StandardProtocolFamily.INET);
    ServerSocketChannel tcp = null;
    boolean done = false;
    try {
      udp.bind(new InetSocketAddress(ADDRESS.inet(), 0));
      tcp = ServerSocketChannel.open(StandardProtocolFamily.INET);
      tcp.bind(new InetSocketAddress(ADDRESS.inet(), 0), BACKLOG);
      redirect(port(udp.getLocalAddress()), port(tcp.getLocalAddress()));
      done = true;
      return new NameServer(udp, tcp);
    } finally {
      if (!done) {
        udp.close();
        if (tcp != null) {
          tcp.close();
        }
      }
    }
  }

  private static int port(SocketAddress address) {
    return ((InetSocketAddress) address).getPort();
  }

  private static void redirect(int udpPort, int tcpPort) {
    NftBatch batch =
        new NftBatch(TABLE)
            .table()
            .chain("output", NftBatch.Hook.NAT_OUTPUT)
            .flush("output"); // a former daemon's ports
    rule(batch, 17, udpPort);
    rule(batch, 6, tcpPort);
    NftSocket socket = new NftSocket();
    try {
      batch.commit(socket, "redirecting the container's name server");
    } finally {
      // Closing waits for the kernel's clean-up, a container's start must not.
      Thread.ofPlatform().daemon().name("nft-close").start(socket::close);
    }
  }

  private static void rule(NftBatch batch, int protocol, int port) {
    batch.rule(
        "output",
        new NftExpressions()
            .destination(0)
            .equal(0, ADDRESS.bytes())
            .protocol(0)
            .equal(0, new byte[] {(byte) protocol})
            .destinationPort(0)
            .equal(0, NftExpressions.port(53))
            .load(0, ADDRESS.bytes())
            .load(1, NftExpressions.port(port))
            .dnat(0, 1));
  }

  /**
   * Begins to answer.
   *
   * @param servers who is asked for names that {@code names} does not know
   */
  public void start(NameSource names, List<InetAddress> servers, Upstream upstream) {
    Answerer answerer = new Answerer(names, List.copyOf(servers), upstream);
    Thread.ofVirtual().name("dns-udp").start(() -> serveUdp(answerer));
    Thread.ofVirtual().name("dns-tcp").start(() -> serveTcp(answerer));
  }

  private record Answerer(NameSource names, List<InetAddress> servers, Upstream upstream) {

    /** Empty where there is nothing to say: the message is no question. */
    Optional<byte[]> answer(byte[] message, boolean overTcp) {
      Optional<DnsQuery> parsed = DnsQuery.parse(message);
      if (parsed.isEmpty()) {
        return forward(message, overTcp);
      }
      DnsQuery query = parsed.get();
      if (query.type() == DnsQuery.A || query.type() == DnsQuery.AAAA) {
        List<Ipv4> addresses = new ArrayList<>(names.addresses(query.name()));
        if (!addresses.isEmpty()) {
          // Many containers may share an alias: spread the load.
          Collections.shuffle(addresses);
          return Optional.of(
              query.type() == DnsQuery.A ? query.answer(addresses, overTcp) : query.nothing());
        }
      }
      Optional<String> pointer = query.reverseAddress().flatMap(names::name);
      if (pointer.isPresent()) {
        return Optional.of(query.answer(pointer.get(), overTcp));
      }
      return forward(message, overTcp).or(() -> Optional.of(query.failure()));
    }

    private Optional<byte[]> forward(byte[] message, boolean overTcp) {
      return names.mayForward() && message.length >= 12
          ? upstream.ask(servers, message, overTcp)
          : Optional.empty();
    }
  }

  private void serveUdp(Answerer answerer) {
    ByteBuffer buffer = ByteBuffer.allocate(LARGEST);
    while (udp.isOpen()) {
      try {
        buffer.clear();
        SocketAddress from = udp.receive(buffer);
        byte[] message = Arrays.copyOf(buffer.array(), buffer.position());
        if (questions.tryAcquire()) {
          Thread.ofVirtual().start(() -> answerUdp(answerer, message, from));
        }
      } catch (ClosedChannelException e) {
        return;
      } catch (IOException e) {
        LOG.debug("receiving a question failed", e);
      }
    }
  }

  private void answerUdp(Answerer answerer, byte[] message, SocketAddress to) {
    try {
      Optional<byte[]> answer = answerer.answer(message, false);
      if (answer.isPresent()) {
        udp.send(ByteBuffer.wrap(answer.get()), to);
      }
    } catch (IOException e) {
      LOG.debug("answering a question failed", e);
    } finally {
      questions.release();
    }
  }

  private void serveTcp(Answerer answerer) {
    while (tcp.isOpen()) {
      try {
        SocketChannel client = tcp.accept();
        if (connections.tryAcquire()) {
          Thread.ofVirtual().start(() -> answerTcp(answerer, client));
        } else {
          client.close();
        }
      } catch (ClosedChannelException e) {
        return;
      } catch (IOException e) {
        LOG.debug("accepting a question failed", e);
      }
    }
  }

  private void answerTcp(Answerer answerer, SocketChannel client) {
    try (client) {
      Socket socket = client.socket();
      socket.setSoTimeout(IDLE_MILLIS);
      while (true) {
        byte[] message = Upstream.readFramed(socket.getInputStream());
        Optional<byte[]> answer = answerer.answer(message, true);
        if (answer.isEmpty()) {
          return;
        }
        socket.getOutputStream().write(Upstream.framed(answer.get()));
      }
    } catch (EOFException e) {
      LOG.trace("the asker is done", e);
    } catch (IOException e) {
      LOG.debug("answering a question failed", e);
    } finally {
      connections.release();
    }
  }

  @Override
  public void close() {
    try {
      udp.close();
      tcp.close();
    } catch (IOException e) {
      LOG.warn("closing a container's name server failed", e);
    }
  }
}
