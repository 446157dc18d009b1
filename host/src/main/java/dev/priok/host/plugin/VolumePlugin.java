package dev.priok.host.plugin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.priok.host.plugin.PluginException.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A plugin that keeps volumes ({@code VolumeDriver}).
 *
 * <p>{@link #mount} and {@link #unmount} carry the id of a user, so that the plugin can count: a
 * volume stays mounted as long as one id has mounted and not unmounted it.
 */
public final class VolumePlugin {
  /** What {@code Plugin.Activate} has to name. */
  public static final String KIND = "VolumeDriver";

  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** For calls that may have to make or attach something. */
  private static final Duration LONG = Duration.ofMinutes(2);

  private static final Duration SHORT = Duration.ofMinutes(1);

  private final String name;
  private final PluginClient client;
  private final PluginClient once;

  private VolumePlugin(String name, PluginClient client, PluginClient once) {
    this.name = name;
    this.client = client;
    this.once = once;
  }

  /**
   * Shakes hands with a plugin.
   *
   * @param handshake how long to go on trying where it does not answer, see {@link PluginClient}
   * @param patience the same for all later calls that change something
   * @throws PluginException also where it is no volume plugin
   */
  public static VolumePlugin activate(
      String name, PluginAddress address, Duration handshake, Duration patience)
      throws PluginException {
    PluginClient once = new PluginClient(name, address, Duration.ZERO);
    JsonNode manifest =
        new PluginClient(name, address, handshake).call("Plugin.Activate", null, SHORT);
    for (JsonNode kind : manifest.path("Implements")) {
      if (kind.asText().equals(KIND)) {
        return new VolumePlugin(name, new PluginClient(name, address, patience), once);
      }
    }
    throw new PluginException(
        Reason.NOT_FOUND,
        "Plugin does not implement the requested driver: plugin=\"%s\", requested implementation=\"%s\""
            .formatted(name, KIND));
  }

  public String name() {
    return name;
  }

  /**
   * A volume as the plugin tells of it.
   *
   * @param mountpoint empty while it is not mounted
   * @param createdAt empty where the plugin does not know
   * @param status whatever the plugin wants to show
   */
  public record Told(
      String name, String mountpoint, String createdAt, Map<String, Object> status) {}

  public void create(String volume, Map<String, String> options) throws PluginException {
    client.call("VolumeDriver.Create", Map.of("Name", volume, "Opts", options), LONG);
  }

  public void remove(String volume) throws PluginException {
    client.call("VolumeDriver.Remove", Map.of("Name", volume), SHORT);
  }

  /** Makes it usable for one more user; where it is then. */
  public String mount(String volume, String user) throws PluginException {
    JsonNode answer = client.call("VolumeDriver.Mount", Map.of("Name", volume, "ID", user), LONG);
    return answer.path("Mountpoint").asText("");
  }

  public void unmount(String volume, String user) throws PluginException {
    client.call("VolumeDriver.Unmount", Map.of("Name", volume, "ID", user), SHORT);
  }

  /** Where it is, if it is mounted; empty else. */
  public String path(String volume) throws PluginException {
    JsonNode answer = once.call("VolumeDriver.Path", Map.of("Name", volume), SHORT);
    return answer.path("Mountpoint").asText("");
  }

  /** Nothing where the plugin has no such volume, which it says by a refusal. */
  public Optional<Told> get(String volume) throws PluginException {
    try {
      JsonNode told = once.call("VolumeDriver.Get", Map.of("Name", volume), SHORT).path("Volume");
      return told.isObject() ? Optional.of(told(told)) : Optional.empty();
    } catch (PluginException e) {
      if (e.reason() == Reason.REFUSED) {
        return Optional.empty();
      }
      throw e;
    }
  }

  public List<Told> list() throws PluginException {
    List<Told> result = new ArrayList<>();
    JsonNode answer = once.call("VolumeDriver.List", Map.of(), SHORT);
    for (JsonNode volume : answer.path("Volumes")) {
      result.add(told(volume));
    }
    return result;
  }

  /** {@code local}, or {@code global} where its volumes are seen by many hosts. */
  public String scope() {
    try {
      JsonNode answer = once.call("VolumeDriver.Capabilities", Map.of(), SHORT);
      String scope = answer.path("Capabilities").path("Scope").asText("").toLowerCase(Locale.ROOT);
      return scope.equals("global") ? scope : "local";
    } catch (PluginException optional) {
      // The method came later than the protocol: who does not know it keeps local volumes.
      return "local";
    }
  }

  private static Told told(JsonNode volume) {
    Map<String, Object> status = new TreeMap<>();
    volume
        .path("Status")
        .properties()
        .forEach(e -> status.put(e.getKey(), JSON.convertValue(e.getValue(), Object.class)));
    return new Told(
        volume.path("Name").asText(""),
        volume.path("Mountpoint").asText(""),
        volume.path("CreatedAt").asText(""),
        status);
  }
}
