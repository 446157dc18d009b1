package dev.priok.engine.volumes;

import dev.priok.host.plugin.FindPlugin;
import dev.priok.host.plugin.PluginAddress;
import dev.priok.host.plugin.PluginException;
import dev.priok.host.plugin.VolumePlugin;
import dev.priok.model.error.EngineException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The drivers of volumes by name; plugins are found and shaken hands with at their first use. */
final class VolumeDrivers {
  /**
   * For a volume that exists: its plugin may be starting together with us, so we wait for it as
   * long as Docker does. A driver that somebody names for a new volume gets no such wait: a
   * mistyped name should be told at once, not after 15 seconds.
   */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final Logger LOG = LoggerFactory.getLogger(VolumeDrivers.class);

  private final LocalDriver local;
  private final FindPlugin find;
  private final Map<String, Known> plugins = new ConcurrentHashMap<>();

  private record Known(PluginAddress address, PluginDriver driver) {}

  VolumeDrivers(LocalDriver local, FindPlugin find) {
    this.local = local;
    this.find = find;
  }

  LocalDriver local() {
    return local;
  }

  /** For a new volume; refuses an unknown name at once. */
  VolumeDriver named(String name) {
    if (name.equals(LocalDriver.NAME)) {
      return local;
    }
    try {
      return lookUp(name)
          .orElseThrow(() ->
              EngineException.notFound(
                  "error looking up volume plugin %s: plugin \"%s\" not found", name, name));
    } catch (PluginException e) {
      throw failure(name, e);
    }
  }

  /** For a volume that exists; waits for a plugin that is not there or does not answer yet. */
  VolumeDriver of(VolumeRecord volume) {
    if (volume.driver().equals(LocalDriver.NAME)) {
      return local;
    }
    long end = System.nanoTime() + PATIENCE.toNanos();
    for (Duration pause = Duration.ofSeconds(1);
        System.nanoTime() + pause.toNanos() < end;
        pause = pause.multipliedBy(2)) {
      Optional<PluginDriver> found = ifReady(volume.driver());
      if (found.isPresent()) {
        return found.get();
      }
      try {
        Thread.sleep(pause);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        break;
      }
    }
    return named(volume.driver());
  }

  /** A socket may be there before, or without, the plugin that listens on it. */
  private Optional<PluginDriver> ifReady(String name) {
    try {
      Optional<PluginDriver> found = lookUp(name);
      if (found.isEmpty()) {
        LOG.warn("volume plugin {} is not there; looking again", name);
      }
      return found;
    } catch (PluginException e) {
      if (e.reason() != PluginException.Reason.UNREACHABLE) {
        throw failure(name, e);
      }
      LOG.warn("volume plugin {} is not ready; looking again: {}", name, e.getMessage());
      return Optional.empty();
    }
  }

  /** For those who only look: no waiting, nothing where the plugin is not there. */
  Optional<VolumeDriver> ifThere(VolumeRecord volume) {
    if (volume.driver().equals(LocalDriver.NAME)) {
      return Optional.of(local);
    }
    try {
      return lookUp(volume.driver()).map(driver -> driver);
    } catch (PluginException e) {
      LOG.debug("volume plugin {} cannot be asked", volume.driver(), e);
      return Optional.empty();
    }
  }

  /**
   * All plugins that can be asked now.
   *
   * @param warnings gets a sentence for each that is registered and does not answer
   */
  List<PluginDriver> plugins(List<String> warnings) {
    List<PluginDriver> result = new ArrayList<>();
    try {
      for (String name : find.names()) {
        try {
          lookUp(name).ifPresent(result::add);
        } catch (PluginException e) {
          // One that is no volume plugin is nobody's concern here.
          if (e.reason() != PluginException.Reason.NOT_FOUND) {
            warnings.add("error looking up volume plugin " + name + ": " + e.getMessage());
          }
        }
      }
    } catch (IOException e) {
      warnings.add("error listing plugins: " + e.getMessage());
    }
    return result;
  }

  private Optional<PluginDriver> lookUp(String name) throws PluginException {
    Optional<PluginAddress> address = find.find(name);
    if (address.isEmpty()) {
      plugins.remove(name);
      return Optional.empty();
    }
    Known known = plugins.get(name);
    if (known != null && known.address().equals(address.get())) {
      return Optional.of(known.driver());
    }
    PluginDriver driver =
        new PluginDriver(VolumePlugin.activate(name, address.get(), Duration.ZERO, PATIENCE));
    plugins.put(name, new Known(address.get(), driver));
    return Optional.of(driver);
  }

  private static EngineException failure(String name, PluginException e) {
    return EngineException.internal(
        "error looking up volume plugin " + name + ": " + e.getMessage(), e);
  }
}
