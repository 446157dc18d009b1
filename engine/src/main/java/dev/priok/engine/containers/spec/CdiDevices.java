package dev.priok.engine.containers.spec;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.priok.model.api.container.DeviceRequest;
import dev.priok.model.error.EngineException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Devices that their makers describe in files ({@code --device vendor.com/class=name}).
 *
 * <p>The files are read at each start of a container that asks for such a device: there are few,
 * and what a driver's installation just wrote holds at once.
 */
final class CdiDevices {
  private static final Logger LOG = LoggerFactory.getLogger(CdiDevices.class);
  private static final String DRIVER = "cdi";
  private static final JsonMapper MAPPER =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private final List<Path> folders;

  CdiDevices(List<Path> folders) {
    this.folders = folders;
  }

  /** What the requests come to; those that no driver here serves are refused as Docker does. */
  CdiEdits edits(@Nullable List<DeviceRequest> requests) throws IOException {
    CdiEdits edits = new CdiEdits();
    Set<String> wanted = new LinkedHashSet<>();
    for (DeviceRequest request : requests == null ? List.<DeviceRequest>of() : requests) {
      if (!DRIVER.equals(request.driver())) {
        throw noDriver(request);
      }
      if (request.count() != null && request.count() != 0) {
        throw EngineException.invalid("unexpected count in CDI device request");
      }
      if (request.options() != null && !request.options().isEmpty()) {
        throw EngineException.invalid("unexpected options in CDI device request");
      }
      if (request.deviceIDs() != null) {
        wanted.addAll(request.deviceIDs());
      }
    }
    if (!wanted.isEmpty()) {
      apply(wanted, edits);
    }
    return edits;
  }

  private void apply(Set<String> wanted, CdiEdits edits) throws IOException {
    Map<String, Found> known = read();
    List<String> missing = wanted.stream().filter(name -> !known.containsKey(name)).toList();
    if (!missing.isEmpty()) {
      throw EngineException.internal(
          "CDI device injection failed: unresolvable CDI devices " + String.join(", ", missing),
          null);
    }
    Set<CdiSpec> applied = new LinkedHashSet<>();
    for (String name : wanted) {
      Found found = known.get(name);
      if (found != null) {
        // The edits of a file hold once, whatever the number of its devices.
        if (applied.add(found.spec())) {
          edits.add(found.spec().containerEdits());
        }
        edits.add(found.device().containerEdits());
      }
    }
  }

  private record Found(CdiSpec spec, CdiSpec.Device device) {}

  /** All devices by their full names; a later folder's win over those of an earlier one. */
  private Map<String, Found> read() throws IOException {
    Map<String, Found> all = new LinkedHashMap<>();
    for (Path folder : folders) {
      Map<String, Found> here = new LinkedHashMap<>();
      Set<String> twice = new LinkedHashSet<>();
      for (Path file : files(folder)) {
        CdiSpec spec = parse(file);
        if (spec == null || spec.devices() == null) {
          continue;
        }
        for (CdiSpec.Device device : spec.devices()) {
          String name = spec.kind() + "=" + device.name();
          if (here.put(name, new Found(spec, device)) != null) {
            twice.add(name);
          }
        }
      }
      // Two files of equal rank that disagree: neither is believed (SPEC.md, "Spec conflicts").
      twice.forEach(here::remove);
      all.putAll(here);
    }
    return all;
  }

  private static List<Path> files(Path folder) throws IOException {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, "*.{json,yaml}")) {
      entries.forEach(files::add);
    } catch (NoSuchFileException e) {
      return List.of();
    }
    files.sort(null);
    return files;
  }

  /** Null for a file that nobody can read, which must not keep the devices of others away. */
  private static @Nullable CdiSpec parse(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      // JSON is YAML too.
      Object tree = new Load(LoadSettings.builder().build()).loadFromInputStream(in);
      return MAPPER.convertValue(tree, CdiSpec.class);
    } catch (IOException | YamlEngineException | IllegalArgumentException e) {
      LOG.warn("the description of devices in {} is not understood: {}", file, e.getMessage());
      return null;
    }
  }

  private static EngineException noDriver(DeviceRequest request) {
    String driver = request.driver() == null ? "" : request.driver();
    List<List<String>> capabilities =
        request.capabilities() == null ? List.of() : request.capabilities();
    return EngineException.internal(
        "could not select device driver \"%s\" with capabilities: %s"
            .formatted(driver, capabilities.toString().replace(", ", " ")),
        null);
  }
}
