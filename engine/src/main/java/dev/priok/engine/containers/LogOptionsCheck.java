package dev.priok.engine.containers;

import dev.priok.model.api.container.LogConfig;
import dev.priok.model.error.EngineException;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Refuses log drivers and options that this version does not have, before anything is made. */
final class LogOptionsCheck {
  private static final Set<String> FILES = Set.of("json-file", "local");
  private static final Set<String> DOCKERS =
      Set.of("awslogs", "etwlogs", "fluentd", "gcplogs", "gelf", "journald", "splunk", "syslog");
  private static final Set<String> OPTIONS = Set.of("max-size", "max-file");

  private LogOptionsCheck() {}

  static void check(@Nullable LogConfig config) {
    if (config == null || config.type() == null) {
      return;
    }
    String driver = config.type();
    Map<String, String> options = config.config() == null ? Map.of() : config.config();
    if (DOCKERS.contains(driver)) {
      throw EngineException.invalid(
          "the log driver %s is not supported yet; json-file, local and none are", driver);
    }
    if (!FILES.contains(driver) && !driver.equals("none")) {
      throw EngineException.invalid("logger: no log driver named '%s' is registered", driver);
    }
    for (Map.Entry<String, String> option : options.entrySet()) {
      if (!OPTIONS.contains(option.getKey()) || driver.equals("none")) {
        throw EngineException.invalid(
            "unknown log opt '%s' for %s log driver", option.getKey(), driver);
      }
    }
    PrepareSpec.logLimits(config);
  }
}
