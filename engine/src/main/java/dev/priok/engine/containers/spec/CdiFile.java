package dev.priok.engine.containers.spec;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Reads one description of devices. A class of its own, so that the parser is loaded by the first
 * container that asks for such a device and not by every start of the daemon.
 */
final class CdiFile {
  private static final Logger LOG = LoggerFactory.getLogger(CdiFile.class);
  private static final JsonMapper MAPPER =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private CdiFile() {}

  /** Null for a file that nobody can read, which must not keep the devices of others away. */
  static @Nullable CdiSpec parse(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      // JSON is YAML too.
      Object tree = new Load(LoadSettings.builder().build()).loadFromInputStream(in);
      return MAPPER.convertValue(tree, CdiSpec.class);
    } catch (IOException | YamlEngineException | IllegalArgumentException e) {
      LOG.warn("the description of devices in {} is not understood: {}", file, e.getMessage());
      return null;
    }
  }
}
