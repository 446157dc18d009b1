package dev.priok.kernel.event;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.priok.kernel.call.At;
import dev.priok.kernel.call.Errno;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.call.OpenFlags;
import dev.priok.kernel.call.PathText;
import dev.priok.kernel.call.Scratch;
import dev.priok.kernel.call.SystemCall;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Sockets as descriptors: those the JDK does not know (SOCK_SEQPACKET, abstract and long unix
 * names), and those made inside another network namespace, where they then stay.
 *
 * <p>All are closed on exec. With {@link #NON_BLOCKING} the calls that would wait return nothing.
 */
public final class Sockets {
  /** Unix domain. */
  public static final int UNIX = 1;

  /** IPv4. */
  public static final int INET = 2;

  /** IPv6. */
  public static final int INET6 = 10;

  /** Bytes in order. */
  public static final int STREAM = 1;

  /** Single packets. */
  public static final int DATAGRAM = 2;

  /** Packets in order, over a connection. */
  public static final int SEQPACKET = 5;

  /** To be combined with the type. */
  public static final int NON_BLOCKING = OpenFlags.NON_BLOCKING;

  /** {@code level} of general options. */
  public static final int SOL_SOCKET = 1;

  /** An address may be bound again at once. */
  public static final int SO_REUSEADDR = 2;

  /** A pending error, by getsockopt. */
  public static final int SO_ERROR = 4;

  /** Size of the sending buffer. */
  public static final int SO_SNDBUF = 7;

  /** Size of the receiving buffer. */
  public static final int SO_RCVBUF = 8;

  /** Several sockets share an address. */
  public static final int SO_REUSEPORT = 15;

  private static final long SIOCOUTQ = 0x5411;

  /** Send to a peer that went away without a SIGPIPE, receive without waiting. */
  private static final int MSG_NOSIGNAL = 0x4000;

  private static final int MSG_DONTWAIT = 0x40;
  private static final int SCM_RIGHTS = 1;
  private static final int SUN_PATH = 108;

  private Sockets() {}

  /** A connection taken, or a packet received, and the other side's address. */
  public record From<T>(T value, InetSocketAddress address) {}

  /** Bytes in a unix socket that its other end has not read yet (SIOCOUTQ, unix(7)). */
  public static int unread(int fd) throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      MemorySegment count = s.take(4);
      long r = s.call(SystemCall.IOCTL, fd, SIOCOUTQ, count.address());
      LinuxException.check(r, SystemCall.IOCTL, "fd " + fd);
      return count.get(JAVA_INT, 0);
    }
  }

  /** Makes a socket; type may include NON_BLOCKING. */
  public static Fd open(int domain, int type, int protocol) throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      long r = s.call(SystemCall.SOCKET, domain, type | OpenFlags.CLOSE_ON_EXEC, protocol);
      return new Fd((int) LinuxException.check(r, SystemCall.SOCKET, null));
    }
  }

  /** Connects to a unix socket, however long its path; type may include NON_BLOCKING. */
  public static Fd connectUnix(Path path, int type) throws LinuxException {
    Fd socket = open(UNIX, type, 0);
    try {
      unixAddress(path, SystemCall.CONNECT, socket);
      return socket;
    } catch (LinuxException failure) {
      socket.close();
      throw failure;
    }
  }

  /** Binds a unix socket and listens; the path must not exist. */
  public static Fd listenUnix(Path path, int type, int backlog) throws LinuxException {
    Fd socket = open(UNIX, type, 0);
    try {
      unixAddress(path, SystemCall.BIND, socket);
      listen(socket, backlog);
      return socket;
    } catch (LinuxException failure) {
      socket.close();
      throw failure;
    }
  }

  /** Binds; port 0 lets the kernel choose, see {@link #localAddress}. */
  public static void bind(Fd socket, InetSocketAddress address) throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      MemorySegment a = SocketAddresses.write(s, address);
      long r = s.call(SystemCall.BIND, socket.number(), a.address(), a.byteSize());
      LinuxException.check(r, SystemCall.BIND, address);
    }
  }

  /**
   * Connects.
   *
   * @return false if a non-blocking socket needs more time: wait until it is writable, then look at
   *     SO_ERROR
   */
  public static boolean connect(Fd socket, InetSocketAddress address) throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      MemorySegment a = SocketAddresses.write(s, address);
      long r = s.call(SystemCall.CONNECT, socket.number(), a.address(), a.byteSize());
      if (r == -Errno.EINPROGRESS.number()) {
        return false;
      }
      LinuxException.check(r, SystemCall.CONNECT, address);
      return true;
    }
  }

  /** Listens. */
  public static void listen(Fd socket, int backlog) throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      long r = s.call(SystemCall.LISTEN, socket.number(), backlog);
      LinuxException.check(r, SystemCall.LISTEN, socket);
    }
  }

  /**
   * Takes a connection; nothing if none waits (non-blocking). Flags: 0 or NON_BLOCKING for the new
   * socket.
   */
  public static Optional<Fd> accept(Fd socket, int flags) throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      long how = flags | OpenFlags.CLOSE_ON_EXEC;
      long r = s.call(SystemCall.ACCEPT4, socket.number(), 0, 0, how);
      if (r == -Errno.EAGAIN.number()) {
        return Optional.empty();
      }
      return Optional.of(new Fd((int) LinuxException.check(r, SystemCall.ACCEPT4, socket)));
    }
  }

  /** Two connected unix sockets. */
  public static Fd[] pair(int type) throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      MemorySegment m = s.take(8);
      long how = type | OpenFlags.CLOSE_ON_EXEC;
      long r = s.call(SystemCall.SOCKETPAIR, UNIX, how, 0, m.address());
      LinuxException.check(r, SystemCall.SOCKETPAIR, null);
      return new Fd[] {new Fd(m.get(JAVA_INT, 0)), new Fd(m.get(JAVA_INT, 4))};
    }
  }

  /**
   * Receives what is there, at most 64 KiB. A packet longer than the buffer loses its end.
   *
   * @return the number of bytes; 0 at the end of a stream (or an empty packet), -1 if there is
   *     nothing yet
   */
  public static int receive(Fd socket, byte[] into) throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      int limit = Math.min(into.length, Scratch.BUFFER_SIZE);
      long n =
          s.call(
              SystemCall.RECVFROM, socket.number(), s.buffer().address(), limit, MSG_DONTWAIT, 0);
      if (n == -Errno.EAGAIN.number()) {
        return -1;
      }
      LinuxException.check(n, SystemCall.RECVFROM, socket);
      MemorySegment.copy(s.buffer(), JAVA_BYTE, 0, into, 0, (int) n);
      return (int) n;
    }
  }

  /** Receives one packet and its sender; nothing if none waits. */
  public static Optional<From<byte[]>> receivePacket(Fd socket) throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      MemorySegment address = s.take(128);
      MemorySegment length = s.take(4);
      length.set(JAVA_INT, 0, 128);
      long n =
          s.call(
              SystemCall.RECVFROM,
              socket.number(),
              s.buffer().address(),
              Scratch.BUFFER_SIZE,
              MSG_DONTWAIT,
              address.address(),
              length.address());
      if (n == -Errno.EAGAIN.number()) {
        return Optional.empty();
      }
      LinuxException.check(n, SystemCall.RECVFROM, socket);
      byte[] data = s.buffer().asSlice(0, n).toArray(JAVA_BYTE);
      return Optional.of(new From<>(data, SocketAddresses.read(address)));
    }
  }

  /**
   * Sends; never raises SIGPIPE.
   *
   * @return the number of bytes taken, -1 if there is no room now
   */
  public static int send(Fd socket, byte[] from, int offset, int length) throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      int size = Math.min(length, Scratch.BUFFER_SIZE);
      MemorySegment.copy(from, offset, s.buffer(), JAVA_BYTE, 0, size);
      long data = s.buffer().address();
      int flags = MSG_NOSIGNAL | MSG_DONTWAIT;
      long n = s.call(SystemCall.SENDTO, socket.number(), data, size, flags, 0, 0);
      if (n == -Errno.EAGAIN.number()) {
        return -1;
      }
      return (int) LinuxException.check(n, SystemCall.SENDTO, socket);
    }
  }

  /** Sends one packet; false if there is no room now. */
  public static boolean sendPacket(Fd socket, byte[] data, InetSocketAddress to)
      throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      if (data.length > Scratch.BUFFER_SIZE) {
        throw new LinuxException("sendto", Errno.EMSGSIZE.number(), to);
      }
      MemorySegment.copy(data, 0, s.buffer(), JAVA_BYTE, 0, data.length);
      MemorySegment a = SocketAddresses.write(s, to);
      long n =
          s.call(
              SystemCall.SENDTO,
              socket.number(),
              s.buffer().address(),
              data.length,
              MSG_NOSIGNAL | MSG_DONTWAIT,
              a.address(),
              a.byteSize());
      if (n == -Errno.EAGAIN.number()) {
        return false;
      }
      LinuxException.check(n, SystemCall.SENDTO, to);
      return true;
    }
  }

  /**
   * Sends a datagram without bytes that carries a descriptor (SCM_RIGHTS, unix(7)) over a connected
   * unix socket; false if there is no room now.
   */
  public static boolean sendDescriptor(Fd socket, Fd passed) throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      MemorySegment control = s.take(24);
      control.set(JAVA_LONG, 0, 20); // cmsg_len: header and one descriptor, without padding
      control.set(JAVA_INT, 8, SOL_SOCKET);
      control.set(JAVA_INT, 12, SCM_RIGHTS);
      control.set(JAVA_INT, 16, passed.number());
      MemorySegment message = s.take(56); // struct msghdr; no name, no data
      message.set(JAVA_LONG, 32, control.address());
      message.set(JAVA_LONG, 40, control.byteSize());
      int flags = MSG_NOSIGNAL | MSG_DONTWAIT;
      long n = s.call(SystemCall.SENDMSG, socket.number(), message.address(), flags);
      if (n == -Errno.EAGAIN.number()) {
        return false;
      }
      LinuxException.check(n, SystemCall.SENDMSG, socket);
      return true;
    }
  }

  /** Sends no more: the other side sees the end. */
  public static void shutdownOutput(Fd socket) throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      LinuxException.check(
          s.call(SystemCall.SHUTDOWN, socket.number(), 1), SystemCall.SHUTDOWN, socket);
    }
  }

  /** The address it is bound to. */
  public static InetSocketAddress localAddress(Fd socket) throws LinuxException {
    return address(SystemCall.GETSOCKNAME, socket);
  }

  /** The address it is connected to. */
  public static InetSocketAddress remoteAddress(Fd socket) throws LinuxException {
    return address(SystemCall.GETPEERNAME, socket);
  }

  /** Sets an option that is a number. */
  public static void setOption(Fd socket, int level, int option, int value) throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      MemorySegment m = s.take(4);
      m.set(JAVA_INT, 0, value);
      long r = s.call(SystemCall.SETSOCKOPT, socket.number(), level, option, m.address(), 4);
      LinuxException.check(r, SystemCall.SETSOCKOPT, option);
    }
  }

  /** Reads an option that is a number. */
  public static int option(Fd socket, int level, int option) throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      MemorySegment m = s.take(4);
      MemorySegment length = s.take(4);
      length.set(JAVA_INT, 0, 4);
      long fd = socket.number();
      long r = s.call(SystemCall.GETSOCKOPT, fd, level, option, m.address(), length.address());
      LinuxException.check(r, SystemCall.GETSOCKOPT, option);
      return m.get(JAVA_INT, 0);
    }
  }

  private static InetSocketAddress address(SystemCall call, Fd socket) throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      MemorySegment address = s.take(128);
      MemorySegment length = s.take(4);
      length.set(JAVA_INT, 0, 128);
      long r = s.call(call, socket.number(), address.address(), length.address());
      LinuxException.check(r, call, socket);
      return SocketAddresses.read(address);
    }
  }

  /** Connects or binds. A path that does not fit into the address goes through its directory. */
  private static void unixAddress(Path path, SystemCall call, Fd socket) throws LinuxException {
    byte[] bytes = PathText.encode(path.toString());
    if (bytes.length < SUN_PATH) {
      unixCall(bytes, path, call, socket);
      return;
    }
    Path parent = path.toAbsolutePath().getParent();
    Path name = path.getFileName();
    if (parent == null || name == null) {
      throw new LinuxException(call.label(), Errno.EINVAL.number(), path);
    }
    try (Fd directory = At.open(parent, OpenFlags.PATH | OpenFlags.DIRECTORY)) {
      byte[] shorter = PathText.encode("/proc/self/fd/" + directory.number() + "/" + name);
      if (shorter.length >= SUN_PATH) {
        throw new LinuxException(call.label(), Errno.ENAMETOOLONG.number(), path);
      }
      unixCall(shorter, path, call, socket);
    }
  }

  private static void unixCall(byte[] bytes, Path path, SystemCall call, Fd socket)
      throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      MemorySegment a = SocketAddresses.unix(s, bytes);
      long r = s.call(call, socket.number(), a.address(), a.byteSize());
      LinuxException.check(r, call, path);
    }
  }
}
