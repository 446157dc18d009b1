package dev.priok.cli.volume;

import dev.priok.cli.format.Labels;
import dev.priok.model.api.volume.Volume;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Volumes as cells of a list. */
final class Rows {
  static final Map<String, String> HEADERS =
      Map.of(
          "Driver", "DRIVER",
          "Name", "VOLUME NAME",
          "Scope", "SCOPE",
          "Mountpoint", "MOUNTPOINT",
          "Labels", "LABELS",
          "Links", "LINKS",
          "Size", "SIZE",
          "Availability", "AVAILABILITY",
          "Group", "GROUP",
          "Status", "STATUS");

  private Rows() {}

  static Map<String, String> cells(Volume volume) {
    Map<String, String> cells = new HashMap<>();
    cells.put("Driver", text(volume.driver()));
    cells.put("Name", text(volume.name()));
    cells.put("Scope", text(volume.scope()));
    cells.put("Mountpoint", text(volume.mountpoint()));
    cells.put("Labels", Labels.text(volume.labels()));
    for (String unknown : new String[] {"Links", "Size", "Availability", "Group", "Status"}) {
      cells.put(unknown, "N/A");
    }
    return cells;
  }

  static String text(@Nullable String value) {
    return value == null ? "" : value;
  }
}
