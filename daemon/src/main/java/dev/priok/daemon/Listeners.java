package dev.priok.daemon;

import dev.priok.http.ApiServer;
import dev.priok.http.server.Endpoint;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.Io;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the sockets that {@code --host} names. */
final class Listeners {
  private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);

  /** The first descriptor that a service manager passes (sd_listen_fds(3)). */
  private static final int FIRST_INHERITED = 3;

  private final ApiServer server;
  private final DaemonConfig config;

  Listeners(ApiServer server, DaemonConfig config) {
    this.server = server;
    this.config = config;
  }

  /** Refuses what can be seen to be wrong before anything is made. */
  static void check(DaemonConfig config) {
    for (String host : config.hosts()) {
      if (ListenAddress.parse(host) instanceof ListenAddress.Tcp tcp
          && !tcp.address().getAddress().isLoopbackAddress()) {
        throw new StartRefusedException(
            ("refusing to listen on %s without TLS: whoever reaches this address is root on this"
                    + " host. TLS comes with a later version; listen on a unix socket or on"
                    + " 127.0.0.1, and forward it with ssh")
                .formatted(tcp));
      }
    }
  }

  void open() throws IOException {
    Set<ListenAddress> opened = new HashSet<>();
    for (String host : config.hosts()) {
      ListenAddress address = ListenAddress.parse(host);
      if (opened.add(address)) {
        open(address);
      }
    }
  }

  private void open(ListenAddress address) throws IOException {
    switch (address) {
      case ListenAddress.Unix unix -> {
        listen(new Endpoint.Unix(unix.path(), config.group()), unix);
      }
      case ListenAddress.Tcp tcp -> {
        listen(
            new Endpoint.Tcp(tcp.address().getAddress().getHostAddress(), tcp.address().getPort()),
            tcp);
      }
      case ListenAddress.Inherited inherited -> inherit(inherited);
    }
  }

  private void listen(Endpoint endpoint, Object name) {
    try {
      server.listen(endpoint);
      LOG.info("API listen on {}", name);
    } catch (IOException e) {
      throw new StartRefusedException(
          "failed to listen on %s: %s".formatted(name, e.getMessage()), e);
    }
  }

  private void inherit(ListenAddress.Inherited inherited) throws IOException {
    String pid = System.getenv("LISTEN_PID");
    String count = System.getenv("LISTEN_FDS");
    if (count == null
        || !count.matches("[1-9]\\d{0,2}")
        || pid == null
        || !pid.equals(Long.toString(ProcessHandle.current().pid()))) {
      throw new StartRefusedException(
          "no sockets found via socket activation: make sure the service was started by systemd");
    }
    int number = Integer.parseInt(count);
    for (int fd = FIRST_INHERITED; fd < FIRST_INHERITED + number; fd++) {
      if (inherited.number() != ListenAddress.Inherited.ALL && inherited.number() != fd) {
        continue;
      }
      Io.setNonBlocking(new Fd(fd), true);
      listen(new Endpoint.Inherited(fd, SocketFamily.isUnix(fd)), "fd://" + fd);
    }
  }
}
