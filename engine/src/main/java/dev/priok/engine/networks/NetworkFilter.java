package dev.priok.engine.networks;

import dev.priok.engine.Filters;
import dev.priok.model.error.EngineException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which networks a list or a prune is about. */
record NetworkFilter(Filters filters, Optional<Instant> until) {
  private static final Pattern UNIT = Pattern.compile("(\\d+(?:\\.\\d+)?)(h|m|s|ms)");

  static NetworkFilter forList(Filters filters) {
    filters.allowing(Set.of("dangling", "driver", "id", "label", "name", "scope", "type"));
    for (String type : filters.values("type")) {
      if (!type.equals("custom") && !type.equals("builtin")) {
        throw EngineException.invalid("invalid filter: 'type'='%s'", type);
      }
    }
    return new NetworkFilter(filters, Optional.empty());
  }

  static NetworkFilter forPrune(Filters filters) {
    filters.allowing(Set.of("label", "label!", "until"));
    if (filters.values("until").size() > 1) {
      throw EngineException.invalid("more than one until filter specified");
    }
    return new NetworkFilter(
        filters, filters.values("until").stream().findFirst().map(NetworkFilter::instant));
  }

  /** Seconds since the epoch, a timestamp, or a Go duration back from now. */
  private static Instant instant(String text) {
    if (text.matches("\\d{1,12}(\\.\\d+)?")) {
      return Instant.ofEpochMilli((long) (Double.parseDouble(text) * 1000));
    }
    Matcher matcher = UNIT.matcher(text);
    Duration back = Duration.ZERO;
    int at = 0;
    while (matcher.find() && matcher.start() == at) {
      double millis =
          switch (matcher.group(2)) {
            case "h" -> 3_600_000;
            case "m" -> 60_000;
            case "s" -> 1000;
            default -> 1;
          };
      back = back.plusMillis((long) (Double.parseDouble(matcher.group(1)) * millis));
      at = matcher.end();
    }
    if (at > 0 && at == text.length()) {
      return Instant.now().minus(back);
    }
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      throw EngineException.invalid("failed to parse \"%s\" as a time", text);
    }
  }

  boolean matches(NetworkRecord record, boolean unused) {
    boolean builtin = NetworkRegistry.isPredefined(record.name());
    Boolean dangling = filters.flag("dangling");
    return partly("name", record.name())
        && partly("id", record.id().value())
        && filters.exact("driver", record.driver())
        && filters.exact("scope", "local")
        && filters.exact("type", builtin ? "builtin" : "custom")
        && filters.labels(record.labels())
        && (dangling == null || dangling == (unused && !builtin))
        && until.map(u -> Instant.parse(record.created()).isBefore(u)).orElse(true);
  }

  private boolean partly(String filter, String value) {
    return !filters.has(filter) || filters.values(filter).stream().anyMatch(value::contains);
  }
}
