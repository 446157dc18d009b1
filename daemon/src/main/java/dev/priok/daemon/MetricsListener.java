package dev.priok.daemon;

import dev.priok.engine.metrics.Exposition;
import dev.priok.http.MetricsServer;
import dev.priok.http.server.Endpoint;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The listener of {@code --metrics-addr}. */
final class MetricsListener {
  private static final Logger LOG = LoggerFactory.getLogger(MetricsListener.class);
  private static final Pattern ADDRESS =
      Pattern.compile("(?:tcp://)?(?:\\[([0-9a-fA-F:.]+)]|([^:/\\[\\]]*)):(\\d{1,5})");

  private MetricsListener() {}

  /** Refuses what is no {@code host:port}; an empty host stands for all addresses. */
  static Endpoint.Tcp parse(String address) {
    Matcher matcher = ADDRESS.matcher(address);
    if (!matcher.matches() || Integer.parseInt(matcher.group(3)) > 65_535) {
      throw new StartRefusedException(
          "failed to start metrics server: invalid address %s (127.0.0.1:9323 is one)"
              .formatted(address));
    }
    String host = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
    return new Endpoint.Tcp(host, Integer.parseInt(matcher.group(3)));
  }

  static MetricsServer open(String address, MetricsReport report) {
    MetricsServer server =
        new MetricsServer(report::text, Exposition.CONTENT_TYPE, Version.number());
    Endpoint.Tcp endpoint = parse(address);
    try {
      int port = server.listen(endpoint);
      LOG.info("metrics API listening on {}:{}", endpoint.host(), port);
      return server;
    } catch (IOException e) {
      server.close();
      throw new StartRefusedException("failed to start metrics server: " + e.getMessage(), e);
    }
  }
}
