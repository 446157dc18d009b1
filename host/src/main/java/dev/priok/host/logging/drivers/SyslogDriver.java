package dev.priok.host.logging.drivers;

import dev.priok.model.error.EngineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code syslog}: to the local syslog daemon, or to an address over unix sockets, UDP, TCP or TLS.
 */
final class SyslogDriver implements LogDriver {
  static final String TLS = "tcp+tls";
  private static final int PORT = 514;
  private static final List<String> OPTIONS =
      List.of(
          "syslog-address",
          "syslog-facility",
          "syslog-tls-ca-cert",
          "syslog-tls-cert",
          "syslog-tls-key",
          "syslog-tls-skip-verify",
          "syslog-format");

  /** By number, RFC 5424, section 6.2.1; 12 to 15 have no names here. */
  private static final List<String> FACILITIES =
      List.of(
          "kern",
          "user",
          "mail",
          "daemon",
          "auth",
          "syslog",
          "lpr",
          "news",
          "uucp",
          "cron",
          "authpriv",
          "ftp",
          "",
          "",
          "",
          "",
          "local0",
          "local1",
          "local2",
          "local3",
          "local4",
          "local5",
          "local6",
          "local7");

  private static final List<Path> LOCAL =
      List.of(Path.of("/dev/log"), Path.of("/var/run/syslog"), Path.of("/var/run/log"));

  @Override
  public String name() {
    return "syslog";
  }

  @Override
  public void check(Map<String, String> options) {
    LogOptions.onlyKnown(options, OPTIONS, "unknown log opt '%s' for syslog log driver");
    address(options);
    facility(options.getOrDefault("syslog-facility", ""));
    SyslogFormat.parse(options.getOrDefault("syslog-format", ""));
  }

  @Override
  public LogTarget open(LogContext context, long mark) throws IOException {
    Map<String, String> options = context.options();
    SyslogFormat format = SyslogFormat.parse(context.option("syslog-format", ""));
    int facility = facility(context.option("syslog-facility", ""));
    LogAddress address = address(options);
    return new SyslogTarget(
        context,
        connect(address, options),
        format,
        facility,
        address != null && format.counted(address.scheme()));
  }

  private static Wire connect(@Nullable LogAddress a, Map<String, String> options)
      throws IOException {
    if (a == null) {
      return local();
    }
    int port = a.port() < 0 ? PORT : a.port();
    return switch (a.scheme()) {
      case "unix" -> Wire.unix(Path.of(a.path()));
      case "unixgram" -> Wire.unixPackets(Path.of(a.path()));
      case "udp" -> Wire.udp(a.host(), port);
      case "tcp" -> Wire.tcp(a.host(), port);
      default ->
          Wire.tls(
              a.host(),
              port,
              ClientTls.context(
                  options.get("syslog-tls-ca-cert"),
                  options.get("syslog-tls-cert"),
                  options.get("syslog-tls-key"),
                  options.containsKey("syslog-tls-skip-verify")));
    };
  }

  /** The local syslog daemon, wherever it listens. */
  private static Wire local() throws IOException {
    for (Path path : LOCAL) {
      if (Files.exists(path)) {
        try {
          return Wire.unixPackets(path);
        } catch (IOException e) {
          return Wire.unix(path);
        }
      }
    }
    throw new IOException("Unix syslog delivery error");
  }

  private static @Nullable LogAddress address(Map<String, String> options) {
    String text = options.getOrDefault("syslog-address", "");
    if (text.isEmpty()) {
      return null;
    }
    LogAddress address = LogAddress.parse(text);
    if (Set.of("unix", "unixgram").contains(address.scheme())) {
      if (!Files.exists(Path.of(address.path()))) {
        throw EngineException.invalid("stat %s: no such file or directory", address.path());
      }
      return address;
    }
    if (!Set.of("udp", "tcp", TLS).contains(address.scheme())) {
      throw EngineException.invalid("unsupported scheme: '%s'", address.scheme());
    }
    return address;
  }

  private static int facility(String text) {
    int named = text.isEmpty() ? FACILITIES.indexOf("daemon") : FACILITIES.indexOf(text);
    return named >= 0 ? named : LogOptions.number(text, 0, 23, "invalid syslog facility");
  }
}
