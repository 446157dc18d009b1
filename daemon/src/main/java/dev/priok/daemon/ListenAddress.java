package dev.priok.daemon;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;

/** One value of {@code --host}. */
sealed interface ListenAddress {
  record Unix(Path path) implements ListenAddress {
    @Override
    public String toString() {
      return path.toString();
    }
  }

  record Tcp(InetSocketAddress address) implements ListenAddress {
    @Override
    public String toString() {
      return address.getHostString() + ":" + address.getPort();
    }
  }

  /** Sockets that the service manager opened; all of them, or the one of this number. */
  record Inherited(int number) implements ListenAddress {
    static final int ALL = -1;
  }

  /** sockaddr_un has room for 107 bytes and a zero (unix(7)). */
  int LONGEST_UNIX_PATH = 107;

  int PLAIN_PORT = 2375;

  int TLS_PORT = 2376;

  /**
   * Reads it.
   *
   * @param tls decides about the port that is meant where none is given
   */
  static ListenAddress parse(String text, boolean tls) {
    int usual = tls ? TLS_PORT : PLAIN_PORT;
    String host = text.strip();
    if (host.startsWith("unix://")) {
      String path = host.substring("unix://".length());
      return unix(path.isEmpty() ? "/var/run/docker.sock" : path);
    }
    if (host.startsWith("/")) {
      return unix(host);
    }
    if (host.startsWith("fd://")) {
      String number = host.substring("fd://".length());
      if (number.isEmpty() || number.equals("*")) {
        return new Inherited(Inherited.ALL);
      }
      if (!number.matches("\\d{1,4}")) {
        throw new StartRefusedException("invalid host " + text + ": fd:// takes a number");
      }
      return new Inherited(Integer.parseInt(number));
    }
    if (host.startsWith("tcp://")) {
      return tcp(host.substring("tcp://".length()), text, usual);
    }
    if (host.contains("://")) {
      throw new StartRefusedException(
          "invalid bind address (%s): unsupported proto %s; unix://, tcp:// and fd:// are supported"
              .formatted(text, host.substring(0, host.indexOf("://"))));
    }
    return tcp(host, text, usual);
  }

  private static Unix unix(String path) {
    if (path.getBytes(java.nio.charset.StandardCharsets.UTF_8).length > LONGEST_UNIX_PATH) {
      throw new StartRefusedException(
          "the socket path %s is longer than the %d bytes that Linux takes"
              .formatted(path, LONGEST_UNIX_PATH));
    }
    return new Unix(Path.of(path));
  }

  private static Tcp tcp(String hostAndPort, String text, int usual) {
    String host = hostAndPort;
    int port = usual;
    int colon = hostAndPort.lastIndexOf(':');
    if (colon >= 0 && colon > hostAndPort.lastIndexOf(']')) {
      host = hostAndPort.substring(0, colon);
      String digits = hostAndPort.substring(colon + 1);
      if (!digits.matches("\\d{1,5}") || Integer.parseInt(digits) > 65_535) {
        throw new StartRefusedException("invalid bind address (%s): invalid port".formatted(text));
      }
      port = Integer.parseInt(digits);
    }
    if (host.isEmpty()) {
      host = "127.0.0.1";
    }
    try {
      return new Tcp(new InetSocketAddress(InetAddress.getByName(host), port));
    } catch (UnknownHostException e) {
      throw new StartRefusedException(
          "invalid bind address (%s): unknown host %s".formatted(text, host), e);
    }
  }
}
