package dev.priok.host.logging.drivers;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.Io;
import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.call.Scratch;
import dev.priok.kernel.call.SystemCall;
import dev.priok.kernel.event.Sockets;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Servers that take log messages in every way a driver can send them. */
final class Receivers {
  private Receivers() {}

  /** One of them; {@link #received} has what came so far: packets, or the bytes of a stream. */
  abstract static class Receiver implements AutoCloseable {
    private final List<byte[]> packets = new ArrayList<>();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    void packet(byte[] data) {
      synchronized (packets) {
        packets.add(data);
        bytes.writeBytes(data);
        packets.notifyAll();
      }
    }

    List<byte[]> packets() {
      synchronized (packets) {
        return List.copyOf(packets);
      }
    }

    byte[] received() {
      synchronized (packets) {
        return bytes.toByteArray();
      }
    }

    /** Waits until what came satisfies the condition. */
    void await(java.util.function.Predicate<Receiver> condition) {
      long end = System.nanoTime() + 10_000_000_000L;
      synchronized (packets) {
        while (!condition.test(this)) {
          long left = (end - System.nanoTime()) / 1_000_000;
          if (left <= 0) {
            throw new AssertionError(
                "not received; came: " + new String(received(), StandardCharsets.UTF_8));
          }
          try {
            packets.wait(left);
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
        }
      }
    }

    @Override
    public abstract void close();
  }

  /** Answers to what a stream has brought. */
  interface Answer {
    void to(byte[] data, int length, OutputStream out) throws IOException;
  }

  private static final Answer SILENCE = (data, length, out) -> {};

  static final class Udp extends Receiver {
    private final DatagramChannel channel;

    Udp() throws IOException {
      channel = DatagramChannel.open(StandardProtocolFamily.INET);
      channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      Thread.ofPlatform()
          .daemon()
          .start(() -> {
            ByteBuffer buffer = ByteBuffer.allocate(70_000);
            try {
              while (true) {
                buffer.clear();
                channel.receive(buffer);
                byte[] data = new byte[buffer.position()];
                buffer.flip().get(data);
                packet(data);
              }
            } catch (IOException e) {
              return; // closed
            }
          });
    }

    int port() throws IOException {
      return ((InetSocketAddress) channel.getLocalAddress()).getPort();
    }

    @Override
    public void close() {
      closed(channel);
    }
  }

  static final class Tcp extends Receiver {
    private final ServerSocket server;
    private final List<Socket> connections = new ArrayList<>();

    Tcp() throws IOException {
      this(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), SILENCE);
    }

    Tcp(ServerSocket server, Answer answer) {
      this.server = server;
      Thread.ofPlatform()
          .daemon()
          .start(() -> {
            try {
              while (true) {
                Socket socket = server.accept();
                synchronized (connections) {
                  connections.add(socket);
                }
                Thread.ofPlatform()
                    .daemon()
                    .start(() -> {
                      try {
                        read(this, socket.getInputStream(), socket.getOutputStream(), answer);
                      } catch (IOException e) {
                        return; // closed
                      }
                    });
              }
            } catch (IOException e) {
              return; // closed
            }
          });
    }

    int port() {
      return server.getLocalPort();
    }

    int connections() {
      synchronized (connections) {
        return connections.size();
      }
    }

    @Override
    public void close() {
      closed(server);
      synchronized (connections) {
        connections.forEach(Receivers::closed);
      }
    }
  }

  static final class Unix extends Receiver {
    private final ServerSocketChannel server;

    Unix(Path path) throws IOException {
      server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      server.bind(UnixDomainSocketAddress.of(path));
      Thread.ofPlatform()
          .daemon()
          .start(() -> {
            try {
              while (true) {
                SocketChannel one = server.accept();
                read(this, Channels.newInputStream(one), Channels.newOutputStream(one), SILENCE);
              }
            } catch (IOException e) {
              return; // closed
            }
          });
    }

    @Override
    public void close() {
      closed(server);
    }
  }

  private static void read(Receiver into, InputStream in, OutputStream out, Answer answer)
      throws IOException {
    byte[] buffer = new byte[64 * 1024];
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      into.packet(java.util.Arrays.copyOf(buffer, n));
      answer.to(buffer, n, out);
    }
  }

  /** A unix socket of datagrams, as syslog's and journald's are; takes descriptors as well. */
  static final class UnixPackets extends Receiver {
    private final Fd socket;
    private volatile boolean closed;
    private final Thread thread;
    private int descriptors;

    UnixPackets(Path path) throws IOException {
      socket = Sockets.open(Sockets.UNIX, Sockets.DATAGRAM, 0);
      try (Scratch s = Scratch.borrow()) {
        byte[] name = path.toString().getBytes(StandardCharsets.UTF_8);
        MemorySegment address = s.take(110);
        address.set(JAVA_SHORT, 0, (short) Sockets.UNIX);
        MemorySegment.copy(name, 0, address, JAVA_BYTE, 2, name.length);
        long r = s.call(SystemCall.BIND, socket.number(), address.address(), name.length + 3);
        LinuxException.check(r, SystemCall.BIND, path);
      }
      thread = Thread.ofPlatform().daemon().start(this::receive);
    }

    /** How many packets were nothing but a descriptor. */
    int descriptors() {
      return descriptors;
    }

    private void receive() {
      while (!closed) {
        try (Scratch s = Scratch.borrow()) {
          if ((Io.poll(socket, Io.POLL_IN, 100) & Io.POLL_IN) == 0) {
            continue;
          }
          MemorySegment control = s.take(64);
          MemorySegment iovec = s.take(16);
          iovec.set(JAVA_LONG, 0, s.buffer().address());
          iovec.set(JAVA_LONG, 8, Scratch.BUFFER_SIZE);
          MemorySegment message = s.take(56);
          message.set(JAVA_LONG, 16, iovec.address());
          message.set(JAVA_LONG, 24, 1);
          message.set(JAVA_LONG, 32, control.address());
          message.set(JAVA_LONG, 40, 64);
          long n = s.call(SystemCall.RECVMSG, socket.number(), message.address(), 0);
          LinuxException.check(n, SystemCall.RECVMSG, socket);
          if (message.get(JAVA_LONG, 40) >= 20) {
            descriptors++;
            packet(content(new Fd(control.get(JAVA_INT, 16))));
          } else {
            packet(s.buffer().asSlice(0, n).toArray(JAVA_BYTE));
          }
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }

    /** journald takes sealed files only: nobody may change what it reads. */
    private static byte[] content(Fd file) throws IOException {
      int getSeals = 1034;
      if (Io.fcntl(file.number(), getSeals, 0) != 0xf) {
        throw new IOException("the file is not sealed");
      }
      Io.seek(file, 0);
      try (InputStream in = Io.input(file)) {
        return in.readAllBytes();
      }
    }

    @Override
    public void close() {
      closed = true;
      try {
        thread.join();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      socket.close();
    }
  }

  private static void closed(AutoCloseable one) {
    try {
      one.close();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
