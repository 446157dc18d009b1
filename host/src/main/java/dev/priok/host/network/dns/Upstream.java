package dev.priok.host.network.dns;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the servers outside, from the host's namespace, one after the other. Each question has a
 * socket and so a port of its own, which makes forged answers hard to get in.
 */
public final class Upstream {
  private static final Logger LOG = LoggerFactory.getLogger(Upstream.class);
  private static final int PORT = 53;
  private static final int TIMEOUT_MILLIS = 4000;
  private static final int LARGEST = 65535;
  private static final int AT_ONCE = 1024;

  private final Semaphore slots = new Semaphore(AT_ONCE);
  private final int port;

  public Upstream() {
    this(PORT);
  }

  Upstream(int port) {
    this.port = port;
  }

  Optional<byte[]> ask(List<InetAddress> servers, byte[] query, boolean tcp) {
    if (!slots.tryAcquire()) {
      return Optional.empty();
    }
    try {
      for (InetAddress server : servers) {
        try {
          byte[] answer = tcp ? overTcp(server, query) : overUdp(server, query);
          int code = answer[3] & 15;
          // A server that fails or refuses may have a neighbour that knows.
          if ((code != DnsQuery.SERVER_FAILURE && code != 5) || server.equals(servers.getLast())) {
            return Optional.of(answer);
          }
        } catch (IOException e) {
          LOG.debug("name server {} did not answer: {}", server, e.getMessage());
        }
      }
      return Optional.empty();
    } finally {
      slots.release();
    }
  }

  private byte[] overUdp(InetAddress server, byte[] query) throws IOException {
    try (DatagramSocket socket = new DatagramSocket()) {
      // Connected: the kernel drops what other hosts send.
      socket.connect(new InetSocketAddress(server, port));
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket.send(new DatagramPacket(query, query.length));
      DatagramPacket packet = new DatagramPacket(new byte[LARGEST], LARGEST);
      while (true) {
        socket.receive(packet);
        if (answers(packet.getData(), packet.getLength(), query)) {
          return Arrays.copyOf(packet.getData(), packet.getLength());
        }
      }
    }
  }

  private static boolean answers(byte[] reply, int length, byte[] query) {
    return length >= 12 && reply[0] == query[0] && reply[1] == query[1] && reply[2] < 0;
  }

  private byte[] overTcp(InetAddress server, byte[] query) throws IOException {
    try (Socket socket = new Socket()) {
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket.connect(new InetSocketAddress(server, port), TIMEOUT_MILLIS);
      OutputStream out = socket.getOutputStream();
      out.write(framed(query));
      byte[] reply = readFramed(socket.getInputStream());
      if (!answers(reply, reply.length, query)) {
        throw new IOException("an answer to another question");
      }
      return reply;
    }
  }

  /** Over TCP a message follows its length (RFC 1035, 4.2.2). */
  static byte[] framed(byte[] message) {
    return ByteBuffer.allocate(message.length + 2)
        .putShort((short) message.length)
        .put(message)
        .array();
  }

  static byte[] readFramed(InputStream in) throws IOException {
    byte[] length = in.readNBytes(2);
    if (length.length < 2) {
      throw new EOFException("no further message");
    }
    int size = (length[0] & 0xff) << 8 | (length[1] & 0xff);
    byte[] message = in.readNBytes(size);
    if (message.length < size) {
      throw new EOFException("the message is cut short");
    }
    return message;
  }
}
