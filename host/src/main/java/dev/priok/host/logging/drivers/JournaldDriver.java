package dev.priok.host.logging.drivers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** {@code journald}: the native protocol (systemd.io/JOURNAL_NATIVE_PROTOCOL). */
final class JournaldDriver implements LogDriver {
  private final Path socket;

  JournaldDriver(Path socket) {
    this.socket = socket;
  }

  @Override
  public String name() {
    return "journald";
  }

  @Override
  public void check(Map<String, String> options) {
    LogOptions.onlyKnown(options, List.of(), "unknown log opt '%s' for journald log driver");
  }

  @Override
  public LogTarget open(LogContext context, long mark) throws IOException {
    if (!Files.exists(socket)) {
      throw new IOException("journald is not enabled on this host");
    }
    return new JournaldTarget(context, Wire.unixPackets(socket), mark);
  }
}
