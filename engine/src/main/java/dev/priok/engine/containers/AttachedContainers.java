package dev.priok.engine.containers;

import dev.priok.engine.networks.ContainerDirectory;
import dev.priok.engine.networks.ContainerNetworks.Plugged;
import dev.priok.model.api.network.EndpointSettings;
import dev.priok.model.error.EngineException;
import dev.priok.model.id.ContainerId;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Containers as the networks' room sees them. */
public final class AttachedContainers implements ContainerDirectory {
  private final ContainerTable table;
  private final ContainerFiles files;

  public AttachedContainers(ContainerTable table, ContainerFiles files) {
    this.table = table;
    this.files = files;
  }

  @Override
  public Member resolve(String reference) {
    ContainerRecord record = table.get(reference).record();
    String mode = record.hostConfig().networkMode();
    return new Member(
        record.id(),
        record.name(),
        record.state().isAlive(),
        mode == null ? "" : mode,
        NetworkWishes.attachment(record),
        record.state().plugged());
  }

  @Override
  public void connected(
      ContainerId container, String network, EndpointSettings endpoint, @Nullable Plugged plugged) {
    change(container, networks -> networks.put(network, endpoint), plugged);
  }

  @Override
  public void disconnected(ContainerId container, String network, @Nullable Plugged plugged) {
    change(container, networks -> networks.remove(network), plugged);
  }

  private void change(
      ContainerId id, Consumer<Map<String, EndpointSettings>> change, @Nullable Plugged plugged) {
    Container container = table.get(id.value());
    try (Container.Held held = container.lock()) {
      ContainerRecord record = container.record();
      Map<String, EndpointSettings> networks = new LinkedHashMap<>(record.networks());
      change.accept(networks);
      RunState state =
          plugged == null
              ? record.state()
              : RunStateBuilder.builder(record.state()).plugged(plugged).build();
      table.update(
          container,
          ContainerRecordBuilder.builder(record).networks(networks).state(state).build());
      Plugged before = record.state().plugged();
      if (plugged != null && before != null) {
        NameFiles.follow(files, id, before, plugged);
      }
    } catch (IOException e) {
      throw EngineException.internal(
          "the files with names of container " + container.name() + " cannot be written: " + e, e);
    }
  }
}
