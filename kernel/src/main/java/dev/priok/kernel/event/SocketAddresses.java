package dev.priok.kernel.event;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.priok.kernel.call.Scratch;
import java.lang.foreign.MemorySegment;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/** struct sockaddr_in, sockaddr_in6 and sockaddr_un (ip(7), ipv6(7), unix(7)). */
final class SocketAddresses {
  private SocketAddresses() {}

  static MemorySegment write(Scratch s, InetSocketAddress address) {
    InetAddress ip = address.getAddress();
    if (ip == null) {
      throw new IllegalArgumentException("An unresolved address: " + address);
    }
    byte[] bytes = ip.getAddress();
    boolean v4 = ip instanceof Inet4Address;
    MemorySegment m = s.take(v4 ? 16 : 28);
    m.set(JAVA_SHORT, 0, (short) (v4 ? Sockets.INET : Sockets.INET6));
    m.set(JAVA_SHORT, 2, Short.reverseBytes((short) address.getPort()));
    MemorySegment.copy(bytes, 0, m, JAVA_BYTE, v4 ? 4 : 8, bytes.length);
    if (ip instanceof Inet6Address six) {
      m.set(JAVA_INT, 24, six.getScopeId());
    }
    return m;
  }

  static InetSocketAddress read(MemorySegment m) {
    int family = m.get(JAVA_SHORT, 0);
    int port = Short.reverseBytes(m.get(JAVA_SHORT, 2)) & 0xffff;
    byte[] ip =
        switch (family) {
          case Sockets.INET -> m.asSlice(4, 4).toArray(JAVA_BYTE);
          case Sockets.INET6 -> m.asSlice(8, 16).toArray(JAVA_BYTE);
          default -> throw new IllegalArgumentException("Not an internet address: " + family);
        };
    try {
      // Keeps the scope of link-local addresses; mapped addresses become plain IPv4.
      InetAddress address =
          family == Sockets.INET6 && m.get(JAVA_INT, 24) != 0
              ? Inet6Address.getByAddress(null, ip, m.get(JAVA_INT, 24))
              : InetAddress.getByAddress(ip);
      return new InetSocketAddress(address, port);
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  static MemorySegment unix(Scratch s, byte[] path) {
    MemorySegment m = s.take(path.length + 3L);
    m.set(JAVA_SHORT, 0, (short) Sockets.UNIX);
    MemorySegment.copy(path, 0, m, JAVA_BYTE, 2, path.length);
    return m;
  }
}
