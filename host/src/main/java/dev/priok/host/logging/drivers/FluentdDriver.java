package dev.priok.host.logging.drivers;

import dev.priok.model.error.EngineException;
import dev.priok.model.size.ByteSizes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLContext;

/** {@code fluentd}: Fluentd's forward protocol over TCP, TLS or a unix socket. */
final class FluentdDriver implements LogDriver {
  private static final int PORT = 24224;
  private static final String ASYNC = "fluentd-async";
  private static final String INTERVAL = "fluentd-async-reconnect-interval";
  private static final String BUFFER = "fluentd-buffer-limit";
  private static final String RETRIES = "fluentd-max-retries";
  private static final String WAIT = "fluentd-retry-wait";
  private static final String PRECISION = "fluentd-sub-second-precision";
  private static final String ACK = "fluentd-request-ack";
  private static final String WRITE = "fluentd-write-timeout";
  private static final String READ = "fluentd-read-timeout";
  private static final String GO_DURATION = "time: invalid duration \"%s\"";

  @Override
  public String name() {
    return "fluentd";
  }

  @Override
  public void check(Map<String, String> options) {
    LogOptions.onlyKnown(
        options,
        List.of(
            "fluentd-address", ASYNC, INTERVAL, BUFFER, RETRIES, WAIT, PRECISION, ACK, WRITE, READ),
        "unknown log opt '%s' for fluentd log driver");
    address(options);
    retry(options);
    reconnectMillis(options);
    LogOptions.flag(options, ASYNC);
    LogOptions.flag(options, PRECISION);
    LogOptions.flag(options, ACK);
    timeout(options, READ);
    timeout(options, WRITE);
  }

  private static LogAddress address(Map<String, String> options) {
    String text = options.getOrDefault("fluentd-address", "");
    if (text.isEmpty()) {
      return new LogAddress("tcp", "127.0.0.1", PORT, "");
    }
    try {
      LogAddress a = LogAddress.parse(text.contains("://") ? text : "tcp://" + text);
      if (a.scheme().equals("unix")) {
        if (a.path().replace("/", "").isEmpty()) {
          throw EngineException.invalid("path is empty");
        }
        return a;
      }
      if (!Set.of("tcp", "tls").contains(a.scheme())) {
        throw EngineException.invalid("unsupported scheme: '%s'", a.scheme());
      }
      if (!a.path().isEmpty()) {
        throw EngineException.invalid("should not contain a path element");
      }
      return new LogAddress(
          a.scheme(),
          a.host().isEmpty() ? "127.0.0.1" : a.host(),
          a.port() < 0 ? PORT : a.port(),
          "");
    } catch (EngineException e) {
      throw EngineException.invalid("invalid fluentd-address (%s): %s", text, e.getMessage());
    }
  }

  private static long reconnectMillis(Map<String, String> options) {
    String text = options.getOrDefault(INTERVAL, "");
    if (text.isEmpty()) {
      return 0;
    }
    long millis = LogOptions.millis(text, "invalid value for " + INTERVAL + ": " + GO_DURATION);
    if (millis != 0 && (millis < 100 || millis > 10_000)) {
      throw EngineException.invalid(
          "invalid value for %s: value (\"%s\") must be between 100ms and 10s", INTERVAL, text);
    }
    return millis;
  }

  private static int timeout(Map<String, String> options, String key) {
    String text = options.getOrDefault(key, "");
    if (text.isEmpty()) {
      return 0;
    }
    if (text.startsWith("-")) {
      throw EngineException.invalid(
          "invalid value for %s: value must be a duration that is non-negative", key);
    }
    return (int)
        LogOptions.millis(
            text, "invalid value for " + key + ": value must be a duration: " + GO_DURATION);
  }

  @Override
  public LogTarget open(LogContext context, long mark) throws IOException {
    Map<String, String> options = context.options();
    Wire wire = connect(address(options));
    if (wire instanceof Wire.Stream stream) {
      stream.readTimeout(timeout(options, READ));
    }
    return new FluentdTarget(
        context,
        wire,
        LogOptions.flag(options, PRECISION),
        LogOptions.flag(options, ACK),
        reconnectMillis(options),
        timeout(options, WRITE));
  }

  private static Wire connect(LogAddress address) throws IOException {
    return switch (address.scheme()) {
      case "unix" -> Wire.unix(Path.of(address.path()));
      case "tcp" -> Wire.tcp(address.host(), address.port());
      default -> Wire.tls(address.host(), address.port(), systemTls());
    };
  }

  private static SSLContext systemTls() throws IOException {
    return ClientTls.context(null, null, null, false);
  }

  @Override
  public boolean opensLater(Map<String, String> options) {
    return LogOptions.flag(options, ASYNC);
  }

  /** Docker buffers in memory; here the local log is the buffer, limited only if the user asks. */
  @Override
  public RetryPolicy retry(Map<String, String> options) {
    String retries = options.getOrDefault(RETRIES, "");
    String wait = options.getOrDefault(WAIT, "");
    String buffer = options.getOrDefault(BUFFER, "");
    long first = wait.isEmpty() ? 1000 : LogOptions.millis(wait, GO_DURATION);
    int attempts = 0;
    if (!retries.isEmpty()) {
      int asked =
          LogOptions.number(
              retries, 0, Integer.MAX_VALUE, "invalid fluentd-max-retries: value out of range");
      attempts = (int) Math.min((long) asked + 1, Integer.MAX_VALUE);
    }
    return new RetryPolicy(
        Math.max(first, 1),
        Math.max(first, RetryPolicy.STANDARD.mostMillis()),
        attempts,
        buffer.isEmpty() ? 0 : ByteSizes.parse(buffer, BUFFER));
  }
}
