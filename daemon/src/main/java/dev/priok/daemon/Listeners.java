package dev.priok.daemon;

import dev.priok.http.ApiServer;
import dev.priok.http.server.Endpoint;
import dev.priok.http.server.ServerTls;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.Io;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The sockets that {@code --host} names, and what is to be said about them. */
final class Listeners {
  private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);

  /** The first descriptor that a service manager passes (sd_listen_fds(3)). */
  private static final int FIRST_INHERITED = 3;

  private final DaemonConfig config;
  private final @Nullable ServerTls tls;
  private final List<String> warnings = new CopyOnWriteArrayList<>();

  /** Refuses files of TLS that cannot be used. */
  Listeners(DaemonConfig config) {
    this.config = config;
    this.tls = TlsSettings.open(config.tls());
  }

  /** Refuses what can be seen to be wrong before anything is made. */
  static void check(DaemonConfig config) {
    for (String host : config.hosts()) {
      if (parse(config, host) instanceof ListenAddress.Tcp tcp
          && !config.tls().on()
          && !config.tls().waived()
          && !tcp.address().getAddress().isLoopbackAddress()) {
        throw new StartRefusedException(refusal(tcp.toString()));
      }
    }
  }

  private static String refusal(String address) {
    return ("refusing to listen on %s without TLS: whoever reaches this address is root on this"
            + " host. Use --tlsverify (`priok certs` makes the certificates, see docs/tls.md), or"
            + " say --tls=false to let anybody in")
        .formatted(address);
  }

  private static ListenAddress parse(DaemonConfig config, String host) {
    return ListenAddress.parse(host, config.tls().on());
  }

  /** Null where connections are in plain text. */
  @Nullable ServerTls tls() {
    return tls;
  }

  /** For {@code docker info} and {@code docker version}: ports where anybody may come in. */
  List<String> warnings() {
    return warnings;
  }

  void open(ApiServer server) throws IOException {
    ServerTls used = tls;
    if (used != null) {
      used.warnings().forEach(LOG::warn);
    }
    Set<ListenAddress> opened = new HashSet<>();
    for (String host : config.hosts()) {
      ListenAddress address = parse(config, host);
      if (opened.add(address)) {
        open(server, address);
      }
    }
  }

  private void open(ApiServer server, ListenAddress address) throws IOException {
    switch (address) {
      case ListenAddress.Unix unix ->
          listen(server, new Endpoint.Unix(unix.path(), config.group()), unix);
      case ListenAddress.Tcp tcp -> {
        listen(
            server,
            new Endpoint.Tcp(
                tcp.address().getAddress().getHostAddress(), tcp.address().getPort(), tls),
            tcp);
        warn(tcp.toString());
      }
      case ListenAddress.Inherited inherited -> inherit(server, inherited);
    }
  }

  /** In Docker's words, which its users look for. */
  private void warn(String address) {
    ServerTls used = tls;
    if (used != null && used.verifies()) {
      return;
    }
    String warning =
        "WARNING: API is accessible on "
            + (used == null
                ? "http://" + address + " without encryption."
                : "https://" + address + " without TLS client verification.")
            + " Access to the remote API is equivalent to root access on the host: use --tlsverify";
    warnings.add(warning);
    LOG.warn(warning.substring("WARNING: ".length()));
  }

  private static void listen(ApiServer server, Endpoint endpoint, Object name) {
    try {
      server.listen(endpoint);
      LOG.info("API listen on {}", name);
    } catch (IOException e) {
      throw new StartRefusedException(
          "failed to listen on %s: %s".formatted(name, e.getMessage()), e);
    }
  }

  private void inherit(ApiServer server, ListenAddress.Inherited inherited) throws IOException {
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
      boolean unix = SocketFamily.isUnix(fd);
      String name = "fd://" + fd;
      boolean anywhere = tls != null || config.tls().waived();
      listen(server, new Endpoint.Inherited(fd, unix, tls, anywhere), name);
      if (!unix) {
        warn(name);
      }
    }
  }
}
