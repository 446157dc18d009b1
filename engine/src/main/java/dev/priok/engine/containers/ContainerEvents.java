package dev.priok.engine.containers;

import dev.priok.engine.events.Events;
import java.util.HashMap;
import java.util.Map;

/** Tells of containers' changes, with the attributes that every container event carries. */
public final class ContainerEvents {
  private final Events events;

  public ContainerEvents(Events events) {
    this.events = events;
  }

  void publish(Container container, String action) {
    publish(container, action, Map.of());
  }

  /** Labels, image and name, and {@code more}, which wins. */
  public void publish(Container container, String action, Map<String, String> more) {
    ContainerRecord record = container.record();
    Map<String, String> attributes = new HashMap<>(record.labels());
    attributes.put("image", record.imageName());
    attributes.put("name", record.name());
    attributes.putAll(more);
    events.publish(Events.Type.CONTAINER, action, record.id().value(), attributes);
  }
}
