package dev.priok.engine.events;

import dev.priok.engine.Filters;
import dev.priok.engine.streams.MessageSink;
import dev.priok.model.api.system.EventMessage;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What happened. Services publish after the change is durable; readers never slow them down. */
public interface Events {
  /** Kinds of thing that events are about; the names are the API's. */
  enum Type {
    CONTAINER,
    IMAGE,
    VOLUME,
    NETWORK,
    DAEMON;

    public String apiName() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /**
   * Tells all readers.
   *
   * @param action Docker's action name: {@code create}, {@code exec_start: sh}, ...
   * @param attributes Docker's attributes of the actor, {@code name} and {@code image} among them
   */
  void publish(Type type, String action, String actorId, Map<String, String> attributes);

  /** Streams matching events; past ones first where {@code since} says so; blocks. */
  void stream(
      @Nullable String since,
      @Nullable String until,
      Filters filters,
      MessageSink<EventMessage> sink);
}
