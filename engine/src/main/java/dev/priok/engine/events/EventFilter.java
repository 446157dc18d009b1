package dev.priok.engine.events;

import dev.priok.engine.Filters;
import dev.priok.model.api.system.EventActor;
import dev.priok.model.api.system.EventMessage;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The filters of {@code GET /events}: the values of a name are alternatives, the names add up. The
 * rules are Docker's (moby, daemon/events/filter.go).
 */
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

  /** Actions that carry a text of their own after a colon. */
  private static final Set<String> OPEN_ENDED =
      Set.of("health_status", "exec_create", "exec_start");

  private static final List<String> BY_NAME =
      List.of(
          "container",
          "volume",
          "network",
          "daemon",
          "plugin",
          "node",
          "service",
          "secret",
          "config");

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
        && BY_NAME.stream().allMatch(name -> matchesActor(name, actor, attributes))
        && matchesImage(type, actor, attributes);
  }

  /** {@code exec_start} matches {@code exec_start: ls -l} too; so do the others of that shape. */
  private boolean matchesAction(String action) {
    if (!filters.has("event")) {
      return true;
    }
    boolean prefixes = filters.values("event").stream().anyMatch(OPEN_ENDED::contains);
    return filters.values("event").stream()
        .anyMatch(v -> prefixes ? action.startsWith(v) : action.equals(v));
  }

  /** By the beginning of the id or of the name, whatever the event's type is. */
  private boolean matchesActor(
      String name, @Nullable EventActor actor, Map<String, String> attributes) {
    if (!filters.has(name)) {
      return true;
    }
    String id = actor == null || actor.id() == null ? "" : actor.id();
    String actorName = attributes.getOrDefault("name", "");
    return filters.values(name).stream().anyMatch(v -> id.startsWith(v) || actorName.startsWith(v));
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
        .anyMatch(v ->
            v.equals(id)
                || v.equals(name)
                || v.equals(withoutTag(id))
                || v.equals(withoutTag(name)));
  }

  /** The familiar name of a reference without its tag or digest. */
  private static String withoutTag(String reference) {
    int at = reference.indexOf('@');
    String name = at < 0 ? reference : reference.substring(0, at);
    int colon = name.lastIndexOf(':');
    return colon > name.lastIndexOf('/') ? name.substring(0, colon) : name;
  }
}
