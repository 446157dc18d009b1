package dev.priok.client;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Where an engine listens, in the notation of {@code DOCKER_HOST}. */
public sealed interface Endpoint {
  /** Where Docker's engine, and Priok's when no Docker is there, listens by default. */
  Path STANDARD_SOCKET = Path.of("/var/run/docker.sock");

  /** Where Priok listens when another engine has the standard socket. */
  Path PRIOK_SOCKET = Path.of("/run/priok/priok.sock");

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

  /** Reads {@code unix://PATH}, {@code tcp://HOST:PORT} or {@code http://HOST:PORT}. */
  static Endpoint parse(String text) {
    int scheme = text.indexOf("://");
    if (scheme < 0) {
      throw new IllegalArgumentException(
          "unable to parse docker host `" + text + "`: expected unix://PATH or tcp://HOST:PORT");
    }
    String rest = text.substring(scheme + 3);
    return switch (text.substring(0, scheme)) {
      case "unix" -> new Unix(rest.isEmpty() ? STANDARD_SOCKET : Path.of(rest));
      case "tcp", "http" -> tcp(text, rest);
      case "https" ->
          throw new IllegalArgumentException(
              "TLS is not supported by this client yet ("
                  + text
                  + "): use a unix socket or tcp://");
      case "ssh" ->
          throw new IllegalArgumentException(
              "ssh:// is not supported by this client ("
                  + text
                  + "): forward the socket with `ssh -L` and use unix://");
      default ->
          throw new IllegalArgumentException(
              "unable to parse docker host `" + text + "`: unknown protocol");
    };
  }

  /**
   * The endpoint a user has chosen: {@code PRIOK_HOST}, else {@code DOCKER_HOST}, else the standard
   * socket, or Priok's own where only that one exists.
   *
   * @throws IllegalArgumentException for an address this client does not understand, and when the
   *     environment asks for TLS, which would otherwise be dropped without a word
   */
  static Endpoint fromEnvironment(Map<String, String> environment) {
    for (String name : new String[] {"PRIOK_HOST", "DOCKER_HOST"}) {
      String value = environment.get(name);
      if (value != null && !value.isBlank()) {
        return parse(value.strip(), environment);
      }
    }
    return Files.exists(STANDARD_SOCKET) || !Files.exists(PRIOK_SOCKET)
        ? new Unix(STANDARD_SOCKET)
        : new Unix(PRIOK_SOCKET);
  }

  /**
   * As {@link #parse(String)}, for an address given beside an environment that may ask for TLS.
   *
   * @throws IllegalArgumentException as {@link #fromEnvironment}
   */
  static Endpoint parse(String text, Map<String, String> environment) {
    Endpoint endpoint = parse(text);
    refuseTls(endpoint, environment);
    return endpoint;
  }

  private static void refuseTls(Endpoint endpoint, Map<String, String> environment) {
    String verify = environment.get("DOCKER_TLS_VERIFY");
    if (endpoint instanceof Tcp && verify != null && !verify.isEmpty()) {
      throw new IllegalArgumentException(
          "DOCKER_TLS_VERIFY is set, but TLS is not supported by this client yet: unset it to use "
              + endpoint
              + " in plain text, or use a unix socket");
    }
  }

  private static Tcp tcp(String text, String rest) {
    String address = rest.endsWith("/") ? rest.substring(0, rest.length() - 1) : rest;
    if (address.contains("/")) {
      throw new IllegalArgumentException(
          "unable to parse docker host `" + text + "`: a path is not supported");
    }
    int colon = address.lastIndexOf(':');
    boolean hasPort = colon > address.lastIndexOf(']') && colon >= 0;
    String host = hasPort ? address.substring(0, colon) : address;
    int port = 2375;
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
    return new Tcp(host.isEmpty() ? "localhost" : host, port);
  }
}
