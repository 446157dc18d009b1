package dev.priok.engine.health;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.priok.model.api.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * States of running containers in files in memory: they outlive a killed daemon, and need not
 * outlive a reboot, which ends the containers too. A hundred probes a second must not reach a disk.
 */
final class HealthFiles {
  private static final Logger LOG = LoggerFactory.getLogger(HealthFiles.class);

  private final Path folder;

  HealthFiles(Path folder) {
    this.folder = folder;
  }

  void save(String id, HealthState state) {
    try {
      Files.createDirectories(folder);
      Path next = folder.resolve(id + ".new");
      Files.write(next, Json.mapper().writeValueAsBytes(state));
      Files.move(next, file(id), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      LOG.warn("the health of container {} is not noted: {}", id, e.getMessage());
    }
  }

  Optional<HealthState> load(String id) {
    try {
      return Optional.of(Json.mapper().readValue(Files.readAllBytes(file(id)), HealthState.class));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (JsonProcessingException e) {
      LOG.warn("the health of container {} begins anew: {}", id, e.getOriginalMessage());
      return Optional.empty();
    } catch (IOException e) {
      LOG.warn("the health of container {} begins anew: {}", id, e.getMessage());
      return Optional.empty();
    }
  }

  void forget(String id) {
    try {
      Files.deleteIfExists(file(id));
    } catch (IOException e) {
      LOG.warn("what is noted of the health of {} stays: {}", id, e.getMessage());
    }
  }

  private Path file(String id) {
    return folder.resolve(id);
  }
}
