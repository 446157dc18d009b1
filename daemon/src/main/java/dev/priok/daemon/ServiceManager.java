package dev.priok.daemon;

import dev.priok.kernel.call.Fd;
import dev.priok.kernel.event.Sockets;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a service manager how far the daemon is (sd_notify(3)): one packet to the unix socket that
 * {@code NOTIFY_SOCKET} names. Where nobody asked, nothing happens.
 */
final class ServiceManager {
  private static final Logger LOG = LoggerFactory.getLogger(ServiceManager.class);

  private final @Nullable String socket;

  ServiceManager(@Nullable String socket) {
    this.socket = socket;
  }

  static ServiceManager ofEnvironment() {
    return new ServiceManager(System.getenv("NOTIFY_SOCKET"));
  }

  /** Clients are answered from now on; units that want containers may start. */
  void ready() {
    tell("READY=1\nSTATUS=running");
  }

  void stopping() {
    tell("STOPPING=1\nSTATUS=stopping");
  }

  private void tell(String state) {
    if (socket == null || socket.isEmpty()) {
      return;
    }
    if (!socket.startsWith("/")) {
      LOG.warn("NOTIFY_SOCKET is no path, the service manager hears nothing: {}", socket);
      return;
    }
    byte[] bytes = state.getBytes(StandardCharsets.UTF_8);
    try (Fd fd = Sockets.connectUnix(Path.of(socket), Sockets.DATAGRAM | Sockets.NON_BLOCKING)) {
      Sockets.send(fd, bytes, 0, bytes.length);
    } catch (IOException e) {
      LOG.warn("the service manager does not hear us: {}", e.getMessage());
    }
  }
}
