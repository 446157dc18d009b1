package dev.priok.host.storage.layer;

import dev.priok.host.storage.LayerId;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Set;
import java.util.TreeSet;

/** The layers of a driver that has one entry of a folder for each. */
public final class ListLayers {
  private ListLayers() {}

  /** Every entry is a layer's, by its name. */
  public static Set<LayerId> in(Path folder) throws IOException {
    Set<LayerId> result = new TreeSet<>(Comparator.comparing(LayerId::value));
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        result.add(new LayerId(entry.getFileName().toString()));
      }
    }
    return result;
  }
}
