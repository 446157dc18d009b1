package dev.priok.host.logging.drivers;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/** {@code local}: the local log and nothing else. */
final class LocalDriver implements LogDriver {
  @Override
  public String name() {
    return "local";
  }

  @Override
  public void check(Map<String, String> options) {
    LogOptions.onlyKnown(
        options,
        List.of("max-file", "max-size", "compress"),
        "unknown log opt '%s' for log driver local");
    FileLimits.local(options, "");
  }

  @Override
  public LogTarget open(LogContext context, long mark) throws IOException {
    throw new IOException("the driver local delivers nothing");
  }

  @Override
  public boolean delivers() {
    return false;
  }
}
