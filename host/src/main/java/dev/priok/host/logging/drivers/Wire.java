package dev.priok.host.logging.drivers;

import dev.priok.kernel.call.Fd;
import dev.priok.kernel.event.Sockets;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** A connection that bytes are sent through, be they a stream or packets. Blocking. */
interface Wire extends Closeable {
  int CONNECT_MILLIS = 10_000;

  /** Sends all of it: one packet, where packets are sent. */
  void send(byte[] bytes, int offset, int length) throws IOException;

  /** What the other side answers, where there is a stream. */
  default InputStream answers() throws IOException {
    throw new IOException("no answers come this way");
  }

  /** Whether bytes sent together arrive together, and nothing else with them. */
  boolean sendsPackets();

  /** TCP. */
  static Wire tcp(String host, int port) throws IOException {
    return new Stream(connect(host, port));
  }

  /** TLS over TCP; the server's name is checked unless the context trusts everybody. */
  static Wire tls(String host, int port, SSLContext context) throws IOException {
    Socket plain = connect(host, port);
    try {
      SSLSocket secure =
          (SSLSocket) context.getSocketFactory().createSocket(plain, host, port, true);
      SSLParameters parameters = secure.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      secure.setSSLParameters(parameters);
      secure.setSoTimeout(CONNECT_MILLIS);
      secure.startHandshake();
      secure.setSoTimeout(0);
      return new Stream(secure);
    } catch (IOException e) {
      plain.close();
      throw e;
    }
  }

  private static Socket connect(String host, int port) throws IOException {
    Socket socket = new Socket();
    try {
      socket.connect(address(host, port), CONNECT_MILLIS);
      socket.setTcpNoDelay(true);
      return socket;
    } catch (IOException e) {
      socket.close();
      throw failed("tcp", host, port, e);
    }
  }

  private static InetSocketAddress address(String host, int port) throws UnknownHostException {
    try {
      return new InetSocketAddress(InetAddress.getByName(host), port);
    } catch (UnknownHostException e) {
      throw new UnknownHostException("lookup " + host + ": no such host");
    }
  }

  /**
   * As Go says it, and so Docker. The sentence behind "Connection refused" differs between builds
   * of the JDK: Debian's adds "(connect failed)".
   */
  private static IOException failed(String network, String host, int port, IOException e) {
    String why = e.getMessage() == null ? e.toString() : e.getMessage();
    return new IOException(
        "dial %s %s:%d: %s"
            .formatted(
                network,
                host,
                port,
                why.startsWith("Connection refused") ? "connect: connection refused" : why),
        e);
  }

  /** UDP. */
  static Wire udp(String host, int port) throws IOException {
    InetSocketAddress to = address(host, port);
    StandardProtocolFamily family =
        to.getAddress() instanceof java.net.Inet6Address
            ? StandardProtocolFamily.INET6
            : StandardProtocolFamily.INET;
    DatagramChannel channel = DatagramChannel.open(family);
    try {
      channel.connect(to);
      return new Packets(channel);
    } catch (IOException e) {
      channel.close();
      throw failed("udp", host, port, e);
    }
  }

  /** A unix socket of type SOCK_STREAM. */
  static Wire unix(Path path) throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.connect(UnixDomainSocketAddress.of(path));
      return new Local(channel);
    } catch (IOException e) {
      channel.close();
      throw new IOException("dial unix " + path + ": " + e.getMessage(), e);
    }
  }

  /** A unix socket of type SOCK_DGRAM. */
  static UnixPackets unixPackets(Path path) throws IOException {
    try {
      return new UnixPackets(Sockets.connectUnix(path, Sockets.DATAGRAM | Sockets.NON_BLOCKING));
    } catch (IOException e) {
      throw new IOException("dial unixgram " + path + ": " + e.getMessage(), e);
    }
  }

  /** TCP, plain or with TLS. */
  final class Stream implements Wire {
    private final Socket socket;
    private final OutputStream out;

    private Stream(Socket socket) throws IOException {
      this.socket = socket;
      this.out = socket.getOutputStream();
    }

    @Override
    public void send(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
      out.flush();
    }

    @Override
    public InputStream answers() throws IOException {
      return socket.getInputStream();
    }

    /** Waits for answers no longer than that; 0 for ever. */
    void readTimeout(int millis) throws IOException {
      socket.setSoTimeout(millis);
    }

    @Override
    public boolean sendsPackets() {
      return false;
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  /** A stream to a process of this machine. */
  final class Local implements Wire {
    private final SocketChannel channel;

    private Local(SocketChannel channel) {
      this.channel = channel;
    }

    @Override
    public void send(byte[] bytes, int offset, int length) throws IOException {
      ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
    }

    @Override
    public InputStream answers() {
      return Channels.newInputStream(channel);
    }

    @Override
    public boolean sendsPackets() {
      return false;
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  /** UDP. */
  final class Packets implements Wire {
    private final DatagramChannel channel;

    private Packets(DatagramChannel channel) {
      this.channel = channel;
    }

    @Override
    public void send(byte[] bytes, int offset, int length) throws IOException {
      try {
        channel.write(ByteBuffer.wrap(bytes, offset, length));
      } catch (PortUnreachableException e) {
        // The answer to a former packet: this one was not sent yet.
        sendAgain(bytes, offset, length);
      }
    }

    /** Nobody there is no failure: UDP promises nothing, and the receiver may come back. */
    private void sendAgain(byte[] bytes, int offset, int length) throws IOException {
      try {
        channel.write(ByteBuffer.wrap(bytes, offset, length));
      } catch (PortUnreachableException e) {
        return;
      }
    }

    @Override
    public boolean sendsPackets() {
      return true;
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  /** Packets to a process of this machine. The kernel keeps them all, or the sender waits. */
  final class UnixPackets implements Wire {
    private final Fd socket;

    private UnixPackets(Fd socket) {
      this.socket = socket;
    }

    @Override
    public void send(byte[] bytes, int offset, int length) throws IOException {
      while (Sockets.send(socket, bytes, offset, length) < 0) {
        pause();
      }
    }

    /** Sends a packet that holds nothing but a descriptor. */
    void sendDescriptor(Fd passed) throws IOException {
      while (!Sockets.sendDescriptor(socket, passed)) {
        pause();
      }
    }

    private static void pause() throws IOException {
      try {
        Thread.sleep(1); // its queue is full; poll(2) would hold a carrier thread
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted");
      }
    }

    @Override
    public boolean sendsPackets() {
      return true;
    }

    @Override
    public void close() {
      socket.close();
    }
  }
}
