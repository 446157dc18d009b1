package dev.priok.engine.containers;

import dev.priok.model.error.EngineException;
import java.util.Map;

/** {@code docker rename}. */
final class RenameContainer {
  private final ContainerTable table;
  private final ContainerEvents events;

  RenameContainer(ContainerTable table, ContainerEvents events) {
    this.table = table;
    this.events = events;
  }

  void rename(Container container, String wanted) {
    String newName = wanted.startsWith("/") ? wanted.substring(1) : wanted;
    if (newName.isEmpty()) {
      throw EngineException.invalid("Neither old nor new names may be empty");
    }
    try (Container.Held held = container.lock()) {
      String oldName = container.name();
      if (oldName.equals(newName)) {
        throw EngineException.invalid(
            "Renaming a container with the same name as its current name");
      }
      table.reserveName(newName, container.id());
      try {
        table.rename(container, newName);
      } catch (RuntimeException e) {
        table.releaseName(newName, container.id());
        throw e;
      }
      events.publish(container, "rename", Map.of("oldName", "/" + oldName));
    }
  }
}
