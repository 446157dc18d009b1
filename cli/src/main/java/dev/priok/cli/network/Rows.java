package dev.priok.cli.network;

import dev.priok.cli.format.Labels;
import dev.priok.model.api.network.Network;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Networks as cells of a list. */
final class Rows {
  static final Map<String, String> HEADERS =
      Map.of(
          "ID", "NETWORK ID",
          "Name", "NAME",
          "Driver", "DRIVER",
          "Scope", "SCOPE",
          "IPv4", "IPV4",
          "IPv6", "IPV6",
          "Internal", "INTERNAL",
          "Labels", "LABELS",
          "CreatedAt", "CREATED AT");

  private Rows() {}

  static Map<String, String> cells(Network network, boolean noTrunc) {
    Map<String, String> cells = new HashMap<>();
    cells.put("ID", id(network, noTrunc));
    cells.put("Name", text(network.name()));
    cells.put("Driver", text(network.driver()));
    cells.put("Scope", text(network.scope()));
    cells.put("IPv4", String.valueOf(!Boolean.FALSE.equals(network.enableIPv4())));
    cells.put("IPv6", String.valueOf(Boolean.TRUE.equals(network.enableIPv6())));
    cells.put("Internal", String.valueOf(Boolean.TRUE.equals(network.internal())));
    cells.put("Labels", Labels.text(network.labels()));
    cells.put("CreatedAt", text(network.created()));
    return cells;
  }

  static String id(Network network, boolean noTrunc) {
    String id = text(network.id());
    return noTrunc || id.length() <= 12 ? id : id.substring(0, 12);
  }

  static String text(@Nullable String value) {
    return value == null ? "" : value;
  }
}
