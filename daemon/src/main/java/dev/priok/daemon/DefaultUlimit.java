package dev.priok.daemon;

import com.fasterxml.jackson.databind.JsonNode;
import dev.priok.engine.containers.spec.Limits;
import dev.priok.model.api.container.Ulimit;
import dev.priok.model.error.EngineException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A limit of containers' processes among the daemon's options. */
final class DefaultUlimit {
  private static final Pattern TEXT =
      Pattern.compile("([a-z]+)=(-?[0-9]{1,18})(?::(-?[0-9]{1,18}))?");

  private DefaultUlimit() {}

  /** {@code nofile=1024:2048}; one number is both limits. */
  static Ulimit parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      throw new StartRefusedException(
          "invalid ulimit argument: " + text + " (nofile=1024:2048 is one)");
    }
    long soft = Long.parseLong(matcher.group(2));
    long hard = matcher.group(3) == null ? soft : Long.parseLong(matcher.group(3));
    return checked(new Ulimit(matcher.group(1), soft, hard));
  }

  /** As in the configuration file; a Name inside must be the one outside. */
  static Ulimit of(String name, JsonNode limit) {
    JsonNode inner = limit.get("Name");
    boolean named = inner == null || inner.asText().equals(name);
    if (!named
        || !limit.path("Soft").isIntegralNumber()
        || !limit.path("Hard").isIntegralNumber()) {
      throw new StartRefusedException(
          "unable to configure the Docker daemon with file: default-ulimits.%s needs Name, Soft and Hard"
              .formatted(name));
    }
    return checked(new Ulimit(name, limit.get("Soft").asLong(), limit.get("Hard").asLong()));
  }

  private static Ulimit checked(Ulimit ulimit) {
    try {
      Limits.check(List.of(ulimit));
      return ulimit;
    } catch (EngineException e) {
      throw new StartRefusedException(String.valueOf(e.getMessage()), e);
    }
  }
}
