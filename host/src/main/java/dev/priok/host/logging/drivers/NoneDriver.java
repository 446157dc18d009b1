package dev.priok.host.logging.drivers;

import java.io.IOException;
import java.util.Map;

/** {@code none}: no log at all. Docker takes any option with it, and so do we. */
final class NoneDriver implements LogDriver {
  @Override
  public String name() {
    return "none";
  }

  @Override
  public void check(Map<String, String> options) {
    // nothing can be wrong with what nobody reads
  }

  @Override
  public LogTarget open(LogContext context, long mark) throws IOException {
    throw new IOException("the driver none delivers nothing");
  }

  @Override
  public boolean delivers() {
    return false;
  }
}
