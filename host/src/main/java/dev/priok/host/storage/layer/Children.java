package dev.priok.host.storage.layer;

import dev.priok.host.storage.LayerId;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which layers stand on which; kept so that a layer others need cannot be removed. */
public final class Children {
  private final Map<LayerId, Set<LayerId>> byParent = new HashMap<>();
  private final Map<LayerId, LayerId> parents = new HashMap<>();

  public synchronized void add(LayerId layer, @Nullable LayerId parent) {
    if (parent != null) {
      parents.put(layer, parent);
      byParent.computeIfAbsent(parent, p -> new HashSet<>()).add(layer);
    }
  }

  public synchronized @Nullable LayerId parentOf(LayerId layer) {
    return parents.get(layer);
  }

  public synchronized void refuseIfAny(LayerId layer) throws IOException {
    Set<LayerId> children = byParent.getOrDefault(layer, Set.of());
    if (!children.isEmpty()) {
      throw new IOException("layer " + layer + " is needed by layer " + children.iterator().next());
    }
  }

  public synchronized boolean isAny(LayerId layer) {
    return byParent.containsKey(layer);
  }

  public synchronized void remove(LayerId layer) {
    LayerId parent = parents.remove(layer);
    if (parent != null) {
      Set<LayerId> siblings = byParent.get(parent);
      if (siblings != null) {
        siblings.remove(layer);
        if (siblings.isEmpty()) {
          byParent.remove(parent);
        }
      }
    }
  }

  /** The layers in an order in which each comes before the one it stands on. */
  public synchronized java.util.List<LayerId> childrenFirst(Set<LayerId> layers) {
    Set<LayerId> placed = new java.util.LinkedHashSet<>();
    for (LayerId layer : layers) {
      place(layer, layers, placed);
    }
    return java.util.List.copyOf(placed);
  }

  private void place(LayerId start, Set<LayerId> layers, Set<LayerId> placed) {
    java.util.ArrayDeque<LayerId> open = new java.util.ArrayDeque<>();
    open.push(start);
    while (!open.isEmpty()) {
      LayerId layer = open.getFirst();
      boolean ready = true;
      for (LayerId child : byParent.getOrDefault(layer, Set.of())) {
        if (layers.contains(child) && !placed.contains(child)) {
          open.push(child);
          ready = false;
        }
      }
      if (ready) {
        placed.add(open.pop());
      }
    }
  }
}
