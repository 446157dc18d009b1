package dev.priok.engine.containers;

import dev.priok.engine.events.Events;
import dev.priok.model.api.container.MountPoint;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tells of containers' changes, with the attributes that every container event carries. */
public final class ContainerEvents {
  private final Events events;

  public ContainerEvents(Events events) {
    this.events = events;
  }

  void publish(Container container, String action) {
    publish(container, action, Map.of());
  }

  /**
   * The words of a command in an action of an exec: the first, a space, the others. The space is
   * there for a command of one word too, as in Docker's.
   */
  public static String words(List<String> command) {
    return command.isEmpty()
        ? " "
        : command.getFirst() + " " + String.join(" ", command.subList(1, command.size()));
  }

  /** A run begins to use its volumes. */
  void volumesMounted(ContainerRecord record) {
    for (MountPoint mount : volumes(record)) {
      Map<String, String> attributes = new HashMap<>();
      attributes.put("container", record.id().value());
      attributes.put("destination", text(mount.destination()));
      attributes.put("driver", text(mount.driver()));
      attributes.put("propagation", text(mount.propagation()));
      attributes.put("read/write", Boolean.toString(!Boolean.FALSE.equals(mount.rw())));
      events.publish(Events.Type.VOLUME, "mount", text(mount.name()), attributes);
    }
  }

  /** A run has ended and left its volumes. */
  void volumesUnmounted(ContainerRecord record) {
    for (MountPoint mount : volumes(record)) {
      events.publish(
          Events.Type.VOLUME,
          "unmount",
          text(mount.name()),
          Map.of("container", record.id().value(), "driver", text(mount.driver())));
    }
  }

  private static List<MountPoint> volumes(ContainerRecord record) {
    return MountViews.listed(record.mounts()).stream()
        .filter(m -> "volume".equals(m.type()))
        .toList();
  }

  private static String text(@Nullable String value) {
    return value == null ? "" : value;
  }

  /** A prune has freed so many bytes. */
  void pruned(long bytes) {
    events.publish(Events.Type.CONTAINER, "prune", "", Map.of("reclaimed", Long.toString(bytes)));
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
