package dev.priok.daemon;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import dev.priok.model.api.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads the configuration file: an object of Docker's keys. */
final class ConfigFile {
  private ConfigFile() {}

  /**
   * The values by key; those in {@code proxies} lie beside the others, as dockerd has it.
   *
   * @param required false where its absence means that nothing is set
   */
  static Map<String, JsonNode> read(Path path, boolean required) {
    String text;
    try {
      text = Files.readString(path);
    } catch (NoSuchFileException e) {
      if (!required) {
        return Map.of();
      }
      throw refused(path, "open %s: no such file or directory".formatted(path));
    } catch (IOException e) {
      throw refused(path, String.valueOf(e.getMessage()));
    }
    if (text.startsWith("\uFEFF")) {
      text = text.substring(1);
    }
    if (text.isBlank()) {
      return Map.of();
    }
    JsonNode root;
    try {
      root =
          Json.mapper()
              .reader()
              .with(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
              .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
              .readTree(text);
    } catch (JsonProcessingException e) {
      throw refused(
          path,
          "invalid JSON: line %d, column %d: %s"
              .formatted(
                  e.getLocation().getLineNr(),
                  e.getLocation().getColumnNr(),
                  e.getOriginalMessage().lines().findFirst().orElse("")));
    }
    if (!root.isObject()) {
      throw refused(path, "not a JSON object");
    }
    Map<String, JsonNode> result = new LinkedHashMap<>();
    root.properties()
        .forEach(e -> {
          if (e.getKey().equals("proxies") && e.getValue().isObject()) {
            e.getValue().properties().forEach(p -> result.put(p.getKey(), p.getValue()));
          } else {
            result.put(e.getKey(), e.getValue());
          }
        });
    return result;
  }

  static StartRefusedException refused(Path path, String why) {
    return new StartRefusedException(
        "unable to configure the Docker daemon with file %s: %s".formatted(path, why));
  }
}
