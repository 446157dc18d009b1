package dev.priok.engine.storage;

import dev.priok.engine.containers.ContainerRecord;
import dev.priok.engine.containers.ContainersRoom;
import dev.priok.engine.images.LayerRecord;
import dev.priok.host.storage.LayerId;
import dev.priok.host.store.Records;
import dev.priok.host.store.Store;
import dev.priok.model.id.Digest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The layers that the records name, read while no daemon changes them. */
final class Inventory {
  private final Records<LayerRecord> layers;
  private final Records<ContainerRecord> containers;

  Inventory(Store store) {
    this.layers = store.records("image_layers", LayerRecord.class);
    this.containers = store.records("containers", ContainerRecord.class);
  }

  /** Image layers, each after the one it stands on. */
  List<LayerRecord> imageLayers() {
    Map<Digest, LayerRecord> all = byChain();
    List<LayerRecord> result = new ArrayList<>();
    Set<Digest> placed = new HashSet<>();
    for (LayerRecord start : all.values()) {
      List<LayerRecord> way = new ArrayList<>();
      for (LayerRecord l = start;
          l != null && !placed.contains(l.chainId());
          l = l.parent() == null ? null : all.get(l.parent())) {
        way.add(l);
      }
      for (LayerRecord layer : way.reversed()) {
        placed.add(layer.chainId());
        result.add(layer);
      }
    }
    return result;
  }

  Map<Digest, LayerRecord> byChain() {
    Map<Digest, LayerRecord> all = new HashMap<>();
    layers.all().values().forEach(l -> all.put(l.chainId(), l));
    return all;
  }

  List<ContainerRecord> containers() {
    return List.copyOf(containers.all().values());
  }

  void put(LayerRecord record) {
    layers.put(record.chainId().hex(), record);
  }

  void put(ContainerRecord record) {
    containers.put(record.id().value(), record);
  }

  /** Every layer that a record names. */
  Set<LayerId> known() {
    Set<LayerId> result = new HashSet<>();
    layers.all().values().forEach(l -> result.add(l.layer()));
    containers().forEach(c -> result.addAll(ContainersRoom.layers(c)));
    return result;
  }
}
