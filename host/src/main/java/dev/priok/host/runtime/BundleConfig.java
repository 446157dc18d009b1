package dev.priok.host.runtime;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.priok.model.api.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** What a bundle's own files tell about it. */
final class BundleConfig {
  private BundleConfig() {}

  /** {@code linux.cgroupsPath}; empty where the configuration is missing or half-written. */
  static Optional<String> cgroupPath(Path bundle) throws IOException {
    try {
      String path =
          Json.mapper()
              .readTree(Files.readAllBytes(bundle.resolve("config.json")))
              .path("linux")
              .path("cgroupsPath")
              .asText("");
      return path.startsWith("/") ? Optional.of(path) : Optional.empty();
    } catch (NoSuchFileException | JsonProcessingException e) {
      return Optional.empty();
    }
  }

  /** The first process's id, as conmon's runtime noted it. */
  static Optional<Integer> pid(Path bundle) throws IOException {
    try {
      String text = Files.readString(bundle.resolve("pid")).strip();
      return text.isEmpty() ? Optional.empty() : Optional.of(Integer.valueOf(text));
    } catch (NoSuchFileException | NumberFormatException e) {
      return Optional.empty();
    }
  }
}
