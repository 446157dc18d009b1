package dev.priok.engine.storage;

import dev.priok.host.archive.RemoveTree;
import dev.priok.host.storage.choice.StorageDrivers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code priok storage ls}: the drivers there are, whether they work here, and what they hold. */
public final class ListDrivers {
  private ListDrivers() {}

  /**
   * A driver at a data root.
   *
   * @param hasLayers it keeps layers there
   * @param reason why it does not work there; empty where it does
   */
  public record Row(String name, boolean hasLayers, String reason) {}

  /** In the order of preference; each is tried in a folder that is removed again. */
  public static List<Row> of(Path root) throws IOException {
    StorageDrivers drivers = new StorageDrivers();
    List<Row> rows = new ArrayList<>();
    for (String name : drivers.names()) {
      Path trial = Files.createTempDirectory(root, ".trial-");
      try {
        String reason = drivers.whyNot(name, trial);
        rows.add(new Row(name, StorageDrivers.hasLayers(root, name), reason));
      } finally {
        RemoveTree.at(trial);
      }
    }
    return rows;
  }
}
