package dev.priok.engine.networks;

import dev.priok.engine.networks.ContainerNetworks.Attachment;
import dev.priok.host.network.Ipv4;
import dev.priok.host.network.Sandbox;
import dev.priok.model.api.network.EndpointIPAMConfig;
import dev.priok.model.api.network.EndpointSettings;
import dev.priok.model.error.EngineException;
import dev.priok.model.id.ContainerId;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** From what a user wants of an endpoint to the endpoint. */
final class EndpointPlan {
  static final EndpointSettings NOTHING_ASKED =
      new EndpointSettings(
          null, null, null, null, null, null, null, null, null, null, null, null, null, null, null);

  private static final Pattern MAC = Pattern.compile("([0-9a-f]{2}:){5}[0-9a-f]{2}");

  private static final Pattern DOTTED = Pattern.compile("([0-9a-f]{4}\\.){2}[0-9a-f]{4}");

  private EndpointPlan() {}

  /** Refuses what cannot be had, with all reasons at once as Docker does. */
  static void check(BridgeNetwork network, EndpointSettings wanted) {
    List<String> wrong = new ArrayList<>();
    EndpointIPAMConfig ipam = wanted.ipamConfig();
    String address = ipam == null ? null : ipam.ipv4Address();
    String address6 = ipam == null ? null : ipam.ipv6Address();
    List<String> linkLocal = ipam == null ? null : ipam.linkLocalIPs();
    boolean asked = filled(address) || filled(address6);
    if (asked && network.isDefault()) {
      wrong.add("user specified IP address is supported on user defined networks only");
    }
    List<String> aliases = wanted.aliases();
    if (aliases != null && !aliases.isEmpty() && network.isDefault()) {
      wrong.add("network-scoped alias is supported only for containers in user defined networks");
    }
    if (address != null && !address.isEmpty()) {
      Optional<Ipv4> parsed = Ipv4.parse(address);
      if (parsed.isEmpty() || parsed.get().isAny()) {
        wrong.add("invalid IPv4 address: " + address);
      } else if (!network.subnet().contains(parsed.get())) {
        wrong.add("no configured subnet contains IP address " + address);
      }
    }
    if (filled(address6)) {
      wrong.add("no configured subnet contains IP address " + address6);
    }
    if (linkLocal != null && !linkLocal.isEmpty()) {
      wrong.add("link-local addresses are not supported");
    }
    String mac = wanted.macAddress();
    if (mac != null && !mac.isEmpty()) {
      if (!MAC.matcher(normal(mac)).matches()) {
        throw EngineException.invalid("invalid MAC address %s", mac);
      }
      // The kernel gives an interface neither the address of a group nor none.
      boolean group = (Character.digit(normal(mac).charAt(1), 16) & 1) != 0;
      if (group || normal(mac).equals("00:00:00:00:00:00")) {
        throw EngineException.invalid("invalid MAC address %s: not that of one machine", mac);
      }
    }
    Map<String, String> options = wanted.driverOpts();
    if (options != null) {
      // A key outside Docker's own name space means nothing to the bridge driver; it is a label
      // that inspect shows. One inside would change the interface, which is not done here.
      List<String> meant =
          options.keySet().stream().filter(k -> k.startsWith("com.docker.network.")).toList();
      if (!meant.isEmpty()) {
        wrong.add("driver options of an endpoint are not supported: " + String.join(", ", meant));
      }
    }
    if (!wrong.isEmpty()) {
      throw EngineException.invalid("invalid endpoint settings:\n%s", String.join("\n", wrong));
    }
  }

  private static boolean filled(@Nullable String text) {
    return text != null && !text.isEmpty();
  }

  private static String normal(String mac) {
    String lower = mac.toLowerCase(Locale.ROOT).replace('-', ':');
    // 0242.ac11.0002, as some machines write it.
    return DOTTED.matcher(lower).matches()
        ? lower.replace(".", "").replaceAll("(..)(?=.)", "$1:")
        : lower;
  }

  /** Takes the address that is asked for, or a free one. */
  static Endpoint make(
      Attachment attachment, BridgeNetwork network, EndpointSettings wanted, String device) {
    check(network, wanted);
    EndpointIPAMConfig ipam = wanted.ipamConfig();
    Optional<Ipv4> asked =
        Optional.ofNullable(ipam == null ? null : ipam.ipv4Address()).flatMap(Ipv4::parse);
    Ipv4 address;
    if (asked.isPresent()) {
      address = asked.get();
      network.pool().claim(address);
    } else {
      address = network.pool().allocate();
    }
    String mac = wanted.macAddress();
    return new Endpoint(
        network,
        ContainerId.random().value(),
        device,
        address,
        mac == null || mac.isEmpty() ? colons(address.mac()) : normal(mac),
        names(attachment, network, wanted),
        wanted);
  }

  /** The endpoint that a former daemon made. */
  static Endpoint again(
      Attachment attachment, BridgeNetwork network, EndpointSettings recorded, Session session) {
    Ipv4 address =
        Optional.ofNullable(recorded.ipAddress())
            .flatMap(Ipv4::parse)
            .orElseThrow(() ->
                EngineException.internal(
                    "the record of " + attachment.name() + " has no address", null));
    network.pool().claim(address);
    String id = recorded.endpointID();
    String mac = recorded.macAddress();
    String device =
        session
            .sandbox()
            .device(address)
            .orElseThrow(() ->
                EngineException.internal(
                    "container " + attachment.name() + " has lost its address " + address, null));
    return new Endpoint(
        network,
        id == null ? ContainerId.random().value() : id,
        device,
        address,
        mac == null ? colons(address.mac()) : mac,
        names(attachment, network, recorded),
        recorded);
  }

  private static String colons(byte[] mac) {
    return HexFormat.ofDelimiter(":").formatHex(mac);
  }

  /** Docker's order of names: the container's, what the user asked for, the short id. */
  private static List<String> names(
      Attachment attachment, BridgeNetwork network, EndpointSettings wanted) {
    if (network.isDefault()) {
      return List.of();
    }
    List<String> result = new ArrayList<>();
    String name = attachment.name();
    result.add(name.startsWith("/") ? name.substring(1) : name);
    List<String> aliases = wanted.aliases();
    if (aliases != null) {
      result.addAll(aliases);
    }
    result.add(attachment.container().shortForm());
    if (!attachment.hostname().isEmpty()) {
      result.add(attachment.hostname());
    }
    return result.stream().distinct().toList();
  }

  static Sandbox.Interface device(Endpoint endpoint) {
    BridgeNetwork network = endpoint.network();
    return new Sandbox.Interface(
        endpoint.device(),
        network.index(),
        endpoint.address(),
        network.subnet().prefix(),
        endpoint.macBytes(),
        network.mtu(),
        network.isolated());
  }
}
