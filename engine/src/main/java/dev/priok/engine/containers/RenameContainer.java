package dev.priok.engine.containers;

import dev.priok.engine.networks.ContainerNetworks;
import dev.priok.model.error.EngineException;
import java.util.Map;

/** {@code docker rename}. */
final class RenameContainer {
  private final ContainerTable table;
  private final ContainerNetworks networks;
  private final ContainerEvents events;

  RenameContainer(ContainerTable table, ContainerNetworks networks, ContainerEvents events) {
    this.table = table;
    this.networks = networks;
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
      try {
        table.reserveName(newName, container.id());
      } catch (EngineException e) {
        throw new EngineException(e.kind(), "Error when allocating new name: " + e.getMessage(), e);
      }
      try {
        table.rename(container, newName);
        networks.rename(container.id(), newName);
      } catch (RuntimeException e) {
        table.releaseName(newName, container.id());
        throw e;
      }
      events.publish(container, "rename", Map.of("oldName", "/" + oldName));
    }
  }
}
