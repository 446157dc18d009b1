package dev.priok.http.server;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Limits against clients that mean harm or have gone to sleep.
 *
 * @param eventLoops threads that move bytes; requests run on virtual threads besides
 * @param headLimit most bytes of a request's line and header fields
 * @param headTimeout from a request's first byte to the end of its header fields, and from there to
 *     the end of a JSON body
 * @param handshakeTimeout from accepting a TLS connection to the end of its handshake
 * @param idleTimeout between two requests of one connection
 * @param grace how long {@code close} waits for requests under way
 * @param descriptors lets a request's thread write its response itself, which saves waking the
 *     event loop (about a tenth of a short call); null: the event loop writes all
 */
public record ServerOptions(
    int eventLoops,
    int headLimit,
    Duration headTimeout,
    Duration handshakeTimeout,
    Duration idleTimeout,
    Duration grace,
    @Nullable Descriptors descriptors) {
  private static final Duration HANDSHAKE = Duration.ofSeconds(10);

  public ServerOptions(
      int eventLoops, int headLimit, Duration headTimeout, Duration idleTimeout, Duration grace) {
    this(eventLoops, headLimit, headTimeout, HANDSHAKE, idleTimeout, grace, null);
  }

  public ServerOptions withDescriptors(Descriptors how) {
    return new ServerOptions(
        eventLoops, headLimit, headTimeout, handshakeTimeout, idleTimeout, grace, how);
  }

  public static ServerOptions defaults() {
    return new ServerOptions(
        Math.min(2, Runtime.getRuntime().availableProcessors()),
        1024 * 1024,
        Duration.ofSeconds(30),
        Duration.ofMinutes(10),
        Duration.ofSeconds(5));
  }
}
