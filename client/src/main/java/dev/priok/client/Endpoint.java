package dev.priok.client;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where an engine listens, in the notation of {@code DOCKER_HOST}. */
public sealed interface Endpoint {
  /** Where Docker's engine, and Priok's when no Docker is there, listens by default. */
  Path STANDARD_SOCKET = Path.of("/var/run/docker.sock");

  /** Where Priok listens when another engine has the standard socket. */
  Path PRIOK_SOCKET = Path.of("/run/priok/priok.sock");

  /** The port of plain HTTP where none is given. */
  int PLAIN_PORT = 2375;

  /** The port of HTTP over TLS where none is given. */
  int TLS_PORT = 2376;

  /** A unix socket. */
  record Unix(Path socket) implements Endpoint {
    @Override
    public String toString() {
      return "unix://" + socket;
    }
  }

  /** Plain HTTP over TCP. */
  record Tcp(String host, int port) implements Endpoint {
    @Override
    public String toString() {
      return "tcp://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
  }

  /** HTTP over TLS. */
  record Tls(String host, int port, TlsFiles files) implements Endpoint {
    @Override
    public String toString() {
      return "tcp://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
  }

  /**
   * The engine of another machine, through the program ssh and the docker command there.
   *
   * @param user null: whoever ssh's configuration names
   * @param port 0: that of ssh's configuration
   * @param socket on that machine; null: what the docker command there talks to by itself
   */
  record Ssh(@Nullable String user, String host, int port, @Nullable String socket)
      implements Endpoint {
    @Override
    public String toString() {
      return "ssh://"
          + (user == null ? "" : user + "@")
          + (host.contains(":") ? "[" + host + "]" : host)
          + (port == 0 ? "" : ":" + port)
          + (socket == null ? "" : socket);
    }
  }

  /** As {@link #parse(String, TlsFiles)}, without TLS; {@code https} trusts the system's. */
  static Endpoint parse(String text) {
    return parse(text, null);
  }

  /**
   * Reads {@code unix://PATH}, {@code tcp://HOST:PORT}, {@code http://}, {@code https://} or {@code
   * ssh://[USER@]HOST[:PORT][/SOCKET]}.
   *
   * @param tls how to reach TCP addresses; null: in plain text
   * @throws IllegalArgumentException for an address that is none of these
   */
  static Endpoint parse(String text, @Nullable TlsFiles tls) {
    int scheme = text.indexOf("://");
    if (scheme < 0) {
      throw new IllegalArgumentException(
          "unable to parse docker host `" + text + "`: expected unix://PATH or tcp://HOST:PORT");
    }
    String rest = text.substring(scheme + 3);
    return switch (text.substring(0, scheme)) {
      case "unix" -> new Unix(rest.isEmpty() ? STANDARD_SOCKET : Path.of(rest));
      case "tcp" -> tcp(text, rest, tls);
      case "http" -> {
        if (tls != null) {
          throw new IllegalArgumentException(
              "TLS is asked for, and " + text + " is plain HTTP: use tcp:// or https://");
        }
        yield tcp(text, rest, null);
      }
      case "https" -> tcp(text, rest, tls == null ? new TlsFiles(null, null, null, true) : tls);
      case "ssh" -> ssh(text);
      default ->
          throw new IllegalArgumentException(
              "unable to parse docker host `" + text + "`: unknown protocol");
    };
  }

  /** As {@link #fromEnvironment(Map, TlsFiles)}, where the environment says all about TLS. */
  static Endpoint fromEnvironment(Map<String, String> environment) {
    return fromEnvironment(environment, TlsFiles.fromEnvironment(environment));
  }

  /**
   * The endpoint a user has chosen: {@code PRIOK_HOST}, else {@code DOCKER_HOST}, else with TLS the
   * port for that on this machine, as the docker command has it, else the standard socket, or
   * Priok's own where only that one exists.
   *
   * @throws IllegalArgumentException for an address this client does not understand
   */
  static Endpoint fromEnvironment(Map<String, String> environment, @Nullable TlsFiles tls) {
    for (String name : new String[] {"PRIOK_HOST", "DOCKER_HOST"}) {
      String value = environment.get(name);
      if (value != null && !value.isBlank()) {
        return parse(value.strip(), tls);
      }
    }
    if (tls != null) {
      return new Tls("localhost", TLS_PORT, tls);
    }
    return Files.exists(STANDARD_SOCKET) || !Files.exists(PRIOK_SOCKET)
        ? new Unix(STANDARD_SOCKET)
        : new Unix(PRIOK_SOCKET);
  }

  private static Endpoint tcp(String text, String rest, @Nullable TlsFiles tls) {
    String address = rest.endsWith("/") ? rest.substring(0, rest.length() - 1) : rest;
    if (address.contains("/")) {
      throw new IllegalArgumentException(
          "unable to parse docker host `" + text + "`: a path is not supported");
    }
    int colon = address.lastIndexOf(':');
    boolean hasPort = colon > address.lastIndexOf(']') && colon >= 0;
    String host = hasPort ? address.substring(0, colon) : address;
    int port = tls == null ? PLAIN_PORT : TLS_PORT;
    if (hasPort) {
      try {
        port = Integer.parseInt(address.substring(colon + 1));
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(
            "unable to parse docker host `" + text + "`: invalid port", e);
      }
      if (port < 1 || port > 65535) {
        throw new IllegalArgumentException(
            "unable to parse docker host `" + text + "`: invalid port");
      }
    }
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    }
    String name = host.isEmpty() ? "localhost" : host;
    return tls == null ? new Tcp(name, port) : new Tls(name, port, tls);
  }

  private static Ssh ssh(String text) {
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      throw invalidSsh(text, String.valueOf(e.getMessage()));
    }
    String user = uri.getUserInfo();
    String host = uri.getHost();
    if (host == null || host.isEmpty()) {
      throw invalidSsh(text, "no host specified");
    }
    if (user != null && user.contains(":")) {
      throw invalidSsh(text, "plain-text password is not supported");
    }
    if (uri.getQuery() != null || uri.getFragment() != null) {
      throw invalidSsh(text, "query parameters and fragments are not allowed");
    }
    // ssh would take them for options of its own.
    if (host.startsWith("-") || (user != null && (user.isEmpty() || user.startsWith("-")))) {
      throw invalidSsh(text, "names do not begin with a dash");
    }
    String path = uri.getPath();
    return new Ssh(
        user,
        host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
        Math.max(0, uri.getPort()),
        path == null || path.isEmpty() || path.equals("/") ? null : path);
  }

  private static IllegalArgumentException invalidSsh(String text, String why) {
    return new IllegalArgumentException("ssh host connection is not valid: " + text + ": " + why);
  }
}
