package dev.priok.cli.container;

import dev.priok.cli.format.HumanDuration;
import dev.priok.cli.format.HumanSize;
import dev.priok.cli.format.Instants;
import dev.priok.cli.format.Labels;
import dev.priok.cli.format.Ports;
import dev.priok.model.api.container.ContainerSummary;
import dev.priok.model.api.container.MountPoint;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Containers as cells of a list. */
final class Rows {
  static final Map<String, String> HEADERS = headers();

  private final boolean noTrunc;

  Rows(boolean noTrunc) {
    this.noTrunc = noTrunc;
  }

  private static Map<String, String> headers() {
    Map<String, String> headers = new HashMap<>();
    headers.put("ID", "CONTAINER ID");
    headers.put("Image", "IMAGE");
    headers.put("Command", "COMMAND");
    headers.put("CreatedAt", "CREATED AT");
    headers.put("RunningFor", "CREATED");
    headers.put("Status", "STATUS");
    headers.put("State", "STATE");
    headers.put("Ports", "PORTS");
    headers.put("Names", "NAMES");
    headers.put("Size", "SIZE");
    headers.put("Labels", "LABELS");
    headers.put("Mounts", "MOUNTS");
    headers.put("LocalVolumes", "LOCAL VOLUMES");
    headers.put("Networks", "NETWORKS");
    return Map.copyOf(headers);
  }

  Map<String, String> cells(ContainerSummary container) {
    Instant created = Instant.ofEpochSecond(container.created() == null ? 0 : container.created());
    Map<String, String> cells = new HashMap<>();
    cells.put("ID", id(container));
    cells.put("Image", image(container));
    cells.put("Command", command(text(container.command())));
    cells.put("CreatedAt", Instants.created(created));
    cells.put("RunningFor", HumanDuration.of(Duration.between(created, Instant.now())) + " ago");
    cells.put("Status", text(container.status()));
    cells.put("State", text(container.state()));
    cells.put("Ports", Ports.text(container.ports()));
    cells.put("Names", names(container));
    cells.put("Size", size(container));
    cells.put("Labels", Labels.text(container.labels()));
    cells.put("Mounts", mounts(container));
    cells.put("LocalVolumes", String.valueOf(localVolumes(container)));
    cells.put("Networks", networks(container));
    return cells;
  }

  String id(ContainerSummary container) {
    return noTrunc ? text(container.id()) : shortened(text(container.id()));
  }

  private String image(ContainerSummary container) {
    String image = text(container.image());
    if (image.isEmpty()) {
      return "<no image>";
    }
    String id = text(container.imageID()).replaceFirst("^sha256:", "");
    String name = image.replaceFirst("^sha256:", "");
    return !noTrunc && name.equals(id) ? shortened(name) : image;
  }

  private String command(String command) {
    String shown = command;
    if (!noTrunc && command.codePointCount(0, command.length()) > 20) {
      shown = command.substring(0, command.offsetByCodePoints(0, 19)) + "…";
    }
    return quoted(shown);
  }

  /** Go's quoting: control characters must not reach the user's terminal. */
  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int c : text.codePoints().toArray()) {
      switch (c) {
        case '"' -> quoted.append("\\\"");
        case '\\' -> quoted.append("\\\\");
        case '\n' -> quoted.append("\\n");
        case '\t' -> quoted.append("\\t");
        case '\r' -> quoted.append("\\r");
        default -> {
          if (c < 0x20 || c == 0x7f) {
            quoted.append(String.format("\\x%02x", c));
          } else {
            quoted.appendCodePoint(c);
          }
        }
      }
    }
    return quoted.append('"').toString();
  }

  private String names(ContainerSummary container) {
    List<String> shown = new ArrayList<>();
    for (String name : container.names() == null ? List.<String>of() : container.names()) {
      String plain = name.startsWith("/") ? name.substring(1) : name;
      if (noTrunc || !plain.contains("/")) {
        shown.add(plain);
      }
    }
    return String.join(",", shown);
  }

  private static String size(ContainerSummary container) {
    long own = container.sizeRw() == null ? 0 : container.sizeRw();
    long all = container.sizeRootFs() == null ? 0 : container.sizeRootFs();
    String text = HumanSize.ofImage(own);
    return all > 0 ? text + " (virtual " + HumanSize.ofImage(all) + ")" : text;
  }

  private String mounts(ContainerSummary container) {
    List<String> shown = new ArrayList<>();
    for (MountPoint mount : mountPoints(container)) {
      String name = text(mount.name()).isEmpty() ? text(mount.source()) : text(mount.name());
      shown.add(!noTrunc && name.length() > 15 ? name.substring(0, 14) + "…" : name);
    }
    return String.join(",", shown);
  }

  private static long localVolumes(ContainerSummary container) {
    return mountPoints(container).stream().filter(m -> "local".equals(m.driver())).count();
  }

  private static List<MountPoint> mountPoints(ContainerSummary container) {
    return container.mounts() == null ? List.of() : container.mounts();
  }

  private static String networks(ContainerSummary container) {
    return container.networkSettings() == null || container.networkSettings().networks() == null
        ? ""
        : String.join(",", new TreeSet<>(container.networkSettings().networks().keySet()));
  }

  private static String shortened(String id) {
    return id.length() > 12 ? id.substring(0, 12) : id;
  }

  private static String text(@Nullable String value) {
    return value == null ? "" : value;
  }
}
