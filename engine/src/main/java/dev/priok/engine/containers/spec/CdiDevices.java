package dev.priok.engine.containers.spec;

import dev.priok.model.api.container.DeviceRequest;
import dev.priok.model.error.EngineException;
import java.io.IOException;
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

/**
 * Devices that their makers describe in files ({@code --device vendor.com/class=name}).
 *
 * <p>The files are read at each start of a container that asks for such a device: there are few,
 * and what a driver's installation just wrote holds at once.
 */
final class CdiDevices {
  private static final String DRIVER = "cdi";
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
        CdiSpec spec = CdiFile.parse(file);
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
