package dev.priok.engine.events;

import dev.priok.engine.Filters;
import dev.priok.model.api.system.EventActor;
import dev.priok.model.api.system.EventMessage;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The filters of {@code GET /events}: the values of a name are alternatives, the names add up. */
final class EventFilter {
  private static final Set<String> KNOWN =
      Set.of(
          "config",
          "container",
          "daemon",
          "event",
          "image",
          "label",
          "network",
          "node",
          "plugin",
          "scope",
          "secret",
          "service",
          "type",
          "volume");
  private final Filters filters;

  EventFilter(Filters filters) {
    this.filters = filters.allowing(KNOWN);
  }

  boolean matches(EventMessage event) {
    String type = event.type() == null ? "" : event.type();
    String action = event.action() == null ? "" : event.action();
    EventActor actor = event.actor();
    Map<String, String> attributes =
        actor == null || actor.attributes() == null ? Map.of() : actor.attributes();
    return filters.exact("type", type)
        && filters.exact("scope", "local")
        && matchesAction(action)
        && filters.labels(attributes)
        && matchesActor("container", type, actor, attributes)
        && matchesActor("volume", type, actor, attributes)
        && matchesActor("network", type, actor, attributes)
        && matchesActor("daemon", type, actor, attributes)
        && matchesImage(type, actor, attributes)
        && List.of("config", "node", "plugin", "secret", "service").stream()
            .noneMatch(filters::has);
  }

  /** {@code exec_start} matches {@code exec_start: ls -l} too, as Docker has it. */
  private boolean matchesAction(String action) {
    if (!filters.has("event")) {
      return true;
    }
    int colon = action.indexOf(':');
    return filters.values("event").contains(action)
        || (colon > 0 && filters.values("event").contains(action.substring(0, colon)));
  }

  private boolean matchesActor(
      String name, String type, @Nullable EventActor actor, Map<String, String> attributes) {
    if (!filters.has(name)) {
      return true;
    }
    String id = actor == null || actor.id() == null ? "" : actor.id();
    String actorName = attributes.getOrDefault("name", "");
    return type.equals(name)
        && filters.values(name).stream().anyMatch(v -> id.startsWith(v) || actorName.equals(v));
  }

  /** An image is named by its events, and by the events of containers made from it. */
  private boolean matchesImage(
      String type, @Nullable EventActor actor, Map<String, String> attributes) {
    if (!filters.has("image")) {
      return true;
    }
    String id = actor == null || actor.id() == null ? "" : actor.id();
    String name = attributes.getOrDefault(type.equals("image") ? "name" : "image", "");
    return filters.values("image").stream()
        .anyMatch(v -> id.equals(v) || name.equals(v) || withoutTag(name).equals(v));
  }

  private static String withoutTag(String name) {
    int colon = name.lastIndexOf(':');
    return colon > name.lastIndexOf('/') ? name.substring(0, colon) : name;
  }
}
