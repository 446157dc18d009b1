package dev.priok.daemon;

import dev.priok.engine.containers.LogDefaults;
import dev.priok.host.logging.drivers.LogDrivers;
import dev.priok.kernel.fs.FileSystems;
import dev.priok.model.error.EngineException;
import dev.priok.model.size.ByteSizes;
import java.io.IOException;
import java.nio.file.Path;

/** What the daemon's options say about logs. */
final class LogSettings {
  private static final int DEFAULT_PERCENT = 10;
  private static final long DEFAULT_MOST = 20L << 30;

  private LogSettings() {}

  /** Checked as {@code docker create} checks them. */
  static LogDefaults defaults(DaemonConfig config, Path root) throws IOException {
    try {
      LogDrivers drivers = LogDrivers.standard();
      drivers.get(config.logDriver());
      if (!config.logOpts().isEmpty()) { // a driver may need one that each container gives itself
        drivers.check(config.logDriver(), config.logOpts());
      }
    } catch (EngineException e) {
      throw new StartRefusedException("failed to set log opts: " + e.getMessage(), e);
    }
    return new LogDefaults(
        config.logDriver(), config.logOpts(), ceiling(config.logCeiling(), root));
  }

  private static long ceiling(String text, Path root) throws IOException {
    if (text.isEmpty()) {
      return Math.min(share(DEFAULT_PERCENT, root), DEFAULT_MOST);
    }
    if (text.matches("[1-9]\\d?%|100%")) {
      return share(Integer.parseInt(text.substring(0, text.length() - 1)), root);
    }
    try {
      return ByteSizes.parse(text, "log-ceiling");
    } catch (EngineException e) {
      throw new StartRefusedException(
          "invalid log-ceiling: " + text + " (bytes as in 20g, or a percentage as in 5%)", e);
    }
  }

  private static long share(int percent, Path root) throws IOException {
    return FileSystems.usage(root).totalBytes() / 100 * percent;
  }
}
