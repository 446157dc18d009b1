package dev.priok.http.server;

import dev.priok.model.error.EngineException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where a server listens. */
public sealed interface Endpoint {

  /** A unix socket, mode 0660, of the given group where that exists. */
  record Unix(Path path, @Nullable String group) implements Endpoint {
    @Override
    public String toString() {
      return "unix://" + path;
    }
  }

  /**
   * A TCP port; an empty host stands for all addresses.
   *
   * @param tls null: in plain text
   */
  record Tcp(String host, int port, @Nullable ServerTls tls) implements Endpoint {
    public Tcp(String host, int port) {
      this(host, port, null);
    }

    @Override
    public String toString() {
      return "tcp://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
  }

  /**
   * A listening socket that the service manager opened. It must be non-blocking: a blocking accept
   * would stop an event loop.
   *
   * @param unix true for a unix socket, false for TCP
   * @param tls of a TCP socket; null: in plain text
   * @param anywhere whether a TCP socket may have another address than loopback
   */
  record Inherited(int descriptor, boolean unix, @Nullable ServerTls tls, boolean anywhere)
      implements Endpoint {
    @Override
    public String toString() {
      return "fd://" + descriptor;
    }
  }

  /** Reads {@code unix:///path} or {@code tcp://host:port}. */
  static Endpoint parse(String text, @Nullable String group) {
    if (text.startsWith("unix://")) {
      String path = text.substring("unix://".length());
      if (!path.startsWith("/")) {
        throw EngineException.invalid("invalid unix socket, an absolute path is needed: %s", text);
      }
      return new Unix(Path.of(path), group);
    }
    if (text.startsWith("tcp://")) {
      String rest = text.substring("tcp://".length());
      int colon = rest.lastIndexOf(':');
      try {
        int port = Integer.parseInt(rest.substring(colon + 1));
        if (colon >= 0 && port >= 0 && port <= 65535) {
          String host = rest.substring(0, colon);
          return new Tcp(host.startsWith("[") ? host.substring(1, host.length() - 1) : host, port);
        }
      } catch (NumberFormatException e) {
        throw EngineException.invalid("invalid port in bind address: %s", text);
      }
    }
    throw EngineException.invalid(
        "invalid bind address (%s): unix:///path or tcp://host:port", text);
  }
}
