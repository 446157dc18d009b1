package dev.priok.kernel.call;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Client side of unix sockets that keep message boundaries (SOCK_SEQPACKET, unix(7)), which the JDK
 * does not have.
 */
public final class PacketSocket {
  private static final int AF_UNIX = 1;
  private static final int SOCK_SEQPACKET = 5;
  private static final int MSG_NOSIGNAL = 0x4000;
  private static final int SHUT_WR = 1;
  // struct sockaddr_un: two bytes of family, 108 of path.
  private static final int ADDRESS_SIZE = 110;

  private PacketSocket() {}

  /**
   * Connects without blocking mode.
   *
   * @param directory where the socket is; its path may be longer than a socket address has room for
   * @param name the socket's short name in it
   */
  public static Fd connect(Path directory, String name) throws LinuxException {
    try (Fd dir = At.open(directory, OpenFlags.PATH | OpenFlags.DIRECTORY);
        Scratch s = Scratch.borrow()) {
      int type = SOCK_SEQPACKET | OpenFlags.CLOSE_ON_EXEC | OpenFlags.NON_BLOCKING;
      long r = s.call(SystemCall.SOCKET, AF_UNIX, type, 0);
      Fd socket = new Fd((int) LinuxException.check(r, SystemCall.SOCKET, name));
      byte[] path =
          ("/proc/self/fd/" + dir.number() + "/" + name).getBytes(StandardCharsets.UTF_8);
      MemorySegment address = s.take(ADDRESS_SIZE);
      address.set(JAVA_SHORT, 0, (short) AF_UNIX);
      MemorySegment.copy(path, 0, address, JAVA_BYTE, 2, path.length);
      r = s.call(SystemCall.CONNECT, socket.number(), address.address(), 2 + path.length + 1);
      if (r < 0) {
        socket.close();
      }
      LinuxException.check(r, SystemCall.CONNECT, directory.resolve(name));
      return socket;
    }
  }

  /** Sends one message; false where there is no room now. */
  public static boolean send(Fd socket, byte[] from, int offset, int length)
      throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      MemorySegment.copy(from, offset, s.buffer(), JAVA_BYTE, 0, length);
      long address = s.buffer().address();
      long r = s.call(SystemCall.SENDTO, socket.number(), address, length, MSG_NOSIGNAL, 0, 0);
      if (r == -Errno.EAGAIN.number()) {
        return false;
      }
      LinuxException.check(r, SystemCall.SENDTO, socket);
      return true;
    }
  }

  /** Says that nothing more will be sent. */
  public static void endSending(Fd socket) throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      long r = s.call(SystemCall.SHUTDOWN, socket.number(), SHUT_WR);
      if (r != -Errno.ENOTCONN.number()) {
        LinuxException.check(r, SystemCall.SHUTDOWN, socket);
      }
    }
  }
}
