package dev.priok.engine.containers;

import dev.priok.engine.Filters;
import dev.priok.engine.health.HealthState;
import dev.priok.model.api.container.PortBinding;
import dev.priok.model.error.EngineException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** The filters of {@code GET /containers/json}; the values of one are alternatives. */
final class ContainerFilter {
  private static final Set<String> KNOWN =
      Set.of(
          "ancestor",
          "before",
          "expose",
          "exited",
          "health",
          "id",
          "isolation",
          "is-task",
          "label",
          "label!",
          "name",
          "network",
          "publish",
          "since",
          "status",
          "volume");
  private static final Set<String> STATES =
      Set.of("created", "restarting", "running", "removing", "paused", "exited", "dead");
  private static final Set<String> HEALTH = Set.of("starting", "healthy", "unhealthy", "none");

  private final Filters filters;
  private final List<Pattern> names;
  private final @Nullable Container before;
  private final @Nullable Container since;
  private final @Nullable Set<String> ancestors;
  private final ContainerHealth health;

  /**
   * Checks the filters and resolves what they refer to.
   *
   * @param imageAndDescendants ids of an image and of those built on it, empty if there is none
   */
  ContainerFilter(
      Filters filters,
      ContainerTable table,
      Function<String, Set<String>> imageAndDescendants,
      ContainerHealth health) {
    this.health = health;
    this.filters = filters.allowing(KNOWN);
    this.names = filters.values("name").stream().map(ContainerFilter::pattern).toList();
    this.before = filters.has("before") ? table.get(filters.values("before").getLast()) : null;
    this.since = filters.has("since") ? table.get(filters.values("since").getLast()) : null;
    filters.values("status").forEach(v -> check("status", v, STATES));
    filters.values("health").forEach(v -> check("health", v, HEALTH));
    filters.values("exited").forEach(ContainerFilter::exitCode);
    filters.values("publish").forEach(ContainerFilter::ports);
    filters.values("expose").forEach(ContainerFilter::ports);
    filters.flag("is-task");
    if (filters.has("ancestor")) {
      Set<String> ids = new HashSet<>();
      filters.values("ancestor").forEach(a -> ids.addAll(imageAndDescendants.apply(a)));
      ancestors = ids;
    } else {
      ancestors = null;
    }
  }

  /** True where the filter itself asks for containers that do not run. */
  boolean wantsStopped() {
    return filters.has("status") || filters.has("exited");
  }

  boolean matches(Container container) {
    ContainerRecord record = container.record();
    return matchesId(record)
        && matchesName(record)
        && filters.exact("status", record.state().status().apiName())
        && matchesExit(record)
        && filters.exact("health", healthWord(record))
        && !Boolean.TRUE.equals(filters.flag("is-task"))
        && filters.labels(record.labels())
        && (ancestors == null || ancestors.contains(record.image().value()))
        && (before == null || record.created().isBefore(before.record().created()))
        && (since == null || record.created().isAfter(since.record().created()))
        && matchesVolume(record)
        && matchesNetwork(record)
        && matchesPorts("publish", publishedPorts(record))
        && matchesPorts("expose", exposedPorts(record))
        && filters.exact("isolation", "default");
  }

  private boolean matchesId(ContainerRecord record) {
    return !filters.has("id")
        || filters.values("id").stream().anyMatch(v -> record.id().value().startsWith(v));
  }

  private String healthWord(ContainerRecord record) {
    HealthState state = health.of(record);
    return state == null ? "none" : state.status().apiName();
  }

  /** Names are patterns that match anywhere, with and without the leading slash. */
  private boolean matchesName(ContainerRecord record) {
    return names.isEmpty()
        || names.stream()
            .anyMatch(
                p -> p.matcher(record.name()).find() || p.matcher("/" + record.name()).find());
  }

  private boolean matchesExit(ContainerRecord record) {
    RunState state = record.state();
    return !filters.has("exited")
        || (state.finishedAt() != null
            && !state.isAlive()
            && filters.values("exited").stream().anyMatch(v -> exitCode(v) == state.exitCode()));
  }

  private boolean matchesVolume(ContainerRecord record) {
    return !filters.has("volume")
        || MountViews.listed(record.mounts()).stream()
            .anyMatch(m ->
                filters.values("volume").stream()
                    .anyMatch(v ->
                        v.equals(m.name()) || v.equals(m.destination()) || v.equals(m.source())));
  }

  private boolean matchesNetwork(ContainerRecord record) {
    return !filters.has("network")
        || record.networks().entrySet().stream()
            .anyMatch(n ->
                filters.values("network").stream()
                    .anyMatch(v ->
                        v.equals(n.getKey())
                            || (n.getValue().networkID() != null
                                && n.getValue().networkID().startsWith(v))));
  }

  private boolean matchesPorts(String name, Set<String> has) {
    return !filters.has(name)
        || filters.values(name).stream().flatMap(v -> ports(v).stream()).anyMatch(has::contains);
  }

  private static Set<String> publishedPorts(ContainerRecord record) {
    Map<String, @Nullable List<PortBinding>> bindings = record.hostConfig().portBindings();
    return bindings == null ? Set.of() : bindings.keySet();
  }

  private static Set<String> exposedPorts(ContainerRecord record) {
    Map<String, Map<String, Object>> exposed = record.config().exposedPorts();
    return exposed == null ? Set.of() : exposed.keySet();
  }

  /** {@code 80}, {@code 80/udp} or {@code 80-90/tcp} as single ports with their protocol. */
  private static List<String> ports(String text) {
    String protocol = text.contains("/") ? text.substring(text.indexOf('/') + 1) : "tcp";
    String range = text.contains("/") ? text.substring(0, text.indexOf('/')) : text;
    String[] ends = range.split("-", 2);
    try {
      int first = Integer.parseInt(ends[0]);
      int last = Integer.parseInt(ends[ends.length - 1]);
      if (first < 1 || last > 65_535 || first > last) {
        throw new NumberFormatException(range);
      }
      List<String> result = new ArrayList<>();
      for (int port = first; port <= last; port++) {
        result.add(port + "/" + protocol);
      }
      return result;
    } catch (NumberFormatException e) {
      throw EngineException.invalid("invalid port: %s", text);
    }
  }

  private static int exitCode(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw EngineException.invalid("invalid filter 'exited=%s'", text);
    }
  }

  private static void check(String name, String value, Set<String> allowed) {
    if (!allowed.contains(value)) {
      throw EngineException.invalid("invalid filter '%s=%s'", name, value);
    }
  }

  private static Pattern pattern(String text) {
    try {
      return Pattern.compile(text);
    } catch (PatternSyntaxException e) {
      // Docker then compares literally (its filters' Match falls back to equality).
      return Pattern.compile(Pattern.quote(text));
    }
  }
}
