package dev.priok.cli.container;

import dev.priok.cli.CliException;
import dev.priok.model.api.network.EndpointIPAMConfig;
import dev.priok.model.api.network.EndpointSettings;
import dev.priok.model.api.network.EndpointSettingsBuilder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The long form of {@code --network}: {@code name=net,alias=web,ip=10.1.0.5}. */
record NetworkSpec(String name, EndpointSettings settings) {

  static NetworkSpec parse(String text) {
    String name = "";
    List<String> aliases = new ArrayList<>();
    List<String> linkLocal = new ArrayList<>();
    Map<String, String> driverOptions = new LinkedHashMap<>();
    @Nullable String ip = null;
    @Nullable String ip6 = null;
    EndpointSettingsBuilder settings = EndpointSettingsBuilder.builder();
    for (String field : Fields.split(text)) {
      int equals = field.indexOf('=');
      if (equals < 0) {
        throw CliException.badOption(text, "--network", "invalid field " + field);
      }
      String value = field.substring(equals + 1).strip();
      switch (field.substring(0, equals).strip()) {
        case "name" -> name = value;
        case "alias" -> aliases.add(value);
        case "ip" -> ip = value;
        case "ip6" -> ip6 = value;
        case "link-local-ip" -> linkLocal.add(value);
        case "mac-address" -> settings.macAddress(value);
        case "gw-priority" -> settings.gwPriority(priority(text, value));
        case "driver-opt" -> {
          int separator = value.indexOf('=');
          if (separator < 0) {
            throw CliException.badOption(text, "--network", "invalid key/value pair: " + value);
          }
          driverOptions.put(value.substring(0, separator), value.substring(separator + 1));
        }
        default -> throw CliException.badOption(text, "--network", "invalid field " + field);
      }
    }
    if (name.isEmpty()) {
      throw CliException.badOption(text, "--network", "network name/id is not specified");
    }
    boolean addressed = ip != null || ip6 != null || !linkLocal.isEmpty();
    return new NetworkSpec(
        name,
        settings
            .aliases(aliases.isEmpty() ? null : aliases)
            .driverOpts(driverOptions.isEmpty() ? null : driverOptions)
            .ipamConfig(addressed ? new EndpointIPAMConfig(ip, ip6, linkLocal) : null)
            .build());
  }

  private static long priority(String text, String value) {
    try {
      return Long.parseLong(value);
    } catch (NumberFormatException e) {
      throw CliException.badOption(text, "--network", "invalid gw-priority: " + value);
    }
  }
}
