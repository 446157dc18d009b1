package dev.priok.host.logging.drivers;

import dev.priok.model.error.EngineException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.Deflater;

/** {@code gelf}: Graylog's format 1.1, over UDP (compressed, in chunks) or TCP. */
final class GelfDriver implements LogDriver {
  private static final String LEVEL = "gelf-compression-level";
  private static final String TYPE = "gelf-compression-type";
  private static final String RECONNECTS = "gelf-tcp-max-reconnect";
  private static final String DELAY = "gelf-tcp-reconnect-delay";

  @Override
  public String name() {
    return "gelf";
  }

  @Override
  public void check(Map<String, String> options) {
    LogAddress address = address(options);
    LogOptions.onlyKnown(
        options,
        List.of("gelf-address", LEVEL, TYPE, RECONNECTS, DELAY),
        "unknown log opt \"%s\" for gelf log driver");
    boolean udp = address.scheme().equals("udp");
    if (!udp && (options.containsKey(LEVEL) || options.containsKey(TYPE))) {
      throw EngineException.invalid("compression is only supported on UDP");
    }
    level(options);
    if (!Set.of("gzip", "zlib", "none").contains(options.getOrDefault(TYPE, "gzip"))) {
      throw unknown(options, TYPE);
    }
    for (String key : new String[] {RECONNECTS, DELAY}) {
      if (options.containsKey(key)) {
        if (udp) {
          throw EngineException.invalid("\"%s\" is only valid for TCP", key);
        }
        LogOptions.number(
            options.getOrDefault(key, ""),
            0,
            Integer.MAX_VALUE,
            "\"" + key + "\" must be a positive integer");
      }
    }
  }

  private static int level(Map<String, String> options) {
    String text = options.get(LEVEL);
    try {
      int level = text == null ? Deflater.BEST_SPEED : Integer.parseInt(text);
      if (level >= Deflater.DEFAULT_COMPRESSION && level <= Deflater.BEST_COMPRESSION) {
        return level;
      }
    } catch (NumberFormatException e) {
      throw unknown(options, LEVEL);
    }
    throw unknown(options, LEVEL);
  }

  private static EngineException unknown(Map<String, String> options, String key) {
    return EngineException.invalid(
        "unknown value \"%s\" for log opt \"%s\" for gelf log driver", options.get(key), key);
  }

  private static LogAddress address(Map<String, String> options) {
    String text = options.getOrDefault("gelf-address", "");
    if (text.isEmpty()) {
      throw EngineException.invalid("gelf-address is a required parameter");
    }
    LogAddress address = LogAddress.parse(text);
    if (!Set.of("udp", "tcp").contains(address.scheme())) {
      throw EngineException.invalid("gelf: endpoint needs to be TCP or UDP");
    }
    if (address.port() < 0) {
      throw EngineException.invalid("gelf: please provide gelf-address as proto://host:port");
    }
    return address;
  }

  @Override
  public LogTarget open(LogContext context, long mark) throws IOException {
    LogAddress address = address(context.options());
    try {
      return address.scheme().equals("udp")
          ? new GelfTarget(
              context,
              Wire.udp(address.host(), address.port()),
              context.option(TYPE, "gzip"),
              level(context.options()))
          : new GelfTarget(context, Wire.tcp(address.host(), address.port()), "none", 0);
    } catch (IOException e) {
      throw new IOException(
          "gelf: cannot connect to GELF endpoint: %s:%d %s"
              .formatted(address.host(), address.port(), e.getMessage()),
          e);
    }
  }

  /** Docker gives an entry up after so many attempts; without the option we never do. */
  @Override
  public RetryPolicy retry(Map<String, String> options) {
    String attempts = options.get(RECONNECTS);
    long wait = Long.parseLong(options.getOrDefault(DELAY, "1")) * 1000;
    return new RetryPolicy(
        Math.max(wait, 100),
        Math.max(wait, RetryPolicy.STANDARD.mostMillis()),
        attempts == null ? 0 : Integer.parseInt(attempts) + 1,
        0);
  }
}
