package dev.priok.host.storage.tree;

import dev.priok.host.storage.LayerId;
import dev.priok.host.storage.layer.LayerFolders;
import dev.priok.host.storage.layer.LayerUse;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a driver of whole trees has to say: how a tree is copied, shown and removed. Everything else
 * is {@link TreeDriver}'s.
 *
 * <p>Calls about one layer come one at a time.
 */
public interface Trees extends AutoCloseable {
  /** The driver's name. */
  String name();

  /** Rows for {@code docker info}. */
  Map<String, String> status();

  /** Refuses a container's options that cannot be honoured. */
  void check(Map<String, String> options) throws IOException;

  /**
   * Makes a layer as a copy of its parent, or empty. It appears whole or not at all.
   *
   * @param use what it is for: a driver may keep what containers write in another way
   * @param options of a container's layer, checked
   * @param filling what is to be done in the tree before it appears
   */
  void make(
      LayerId layer,
      @Nullable LayerId parent,
      LayerUse use,
      Map<String, String> options,
      LayerFolders.Work filling)
      throws IOException;

  /** Whether a copy takes the room of all that is in it: no snapshot, no clone, no links. */
  boolean copiesEverything();

  boolean exists(LayerId layer);

  Set<LayerId> all() throws IOException;

  @Nullable LayerId parent(LayerId layer) throws IOException;

  /** Where the tree is seen, between {@link #show} and {@link #hide} at least. */
  Path root(LayerId layer);

  /** Makes the tree visible; harmless to repeat. */
  void show(LayerId layer) throws IOException;

  /** Undoes {@link #show}; harmless to repeat. */
  void hide(LayerId layer) throws IOException;

  /** Takes the tree away; it is gone at once even where its space comes back later. */
  void remove(LayerId layer) throws IOException;

  /** Removes what a crash left half-made or half-removed. */
  void sweepRemains() throws IOException;

  /** For {@code GraphDriver.Data}. */
  Map<String, String> details(LayerId layer);

  @Override
  void close();
}
