package dev.priok.engine.volumes;

import dev.priok.host.plugin.PluginException;
import dev.priok.host.plugin.VolumePlugin;
import dev.priok.model.error.EngineException;
import java.nio.file.Path;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A driver that is a plugin. The plugin counts the users of a volume by the ids that it is told;
 * ours are those of containers, so that a daemon that comes back releases what the one before had
 * taken.
 */
final class PluginDriver implements VolumeDriver {
  private static final Logger LOG = LoggerFactory.getLogger(PluginDriver.class);

  private final VolumePlugin plugin;
  private final String scope;

  PluginDriver(VolumePlugin plugin) {
    this.plugin = plugin;
    this.scope = plugin.scope();
  }

  VolumePlugin plugin() {
    return plugin;
  }

  @Override
  public String name() {
    return plugin.name();
  }

  @Override
  public String scope() {
    return scope;
  }

  @Override
  public void create(String name, Map<String, String> options) {
    try {
      plugin.create(name, options);
    } catch (PluginException e) {
      throw failure("create " + name, e);
    }
  }

  @Override
  public void remove(VolumeRecord volume) {
    try {
      plugin.remove(volume.name());
    } catch (PluginException e) {
      throw failure("remove " + volume.name(), e);
    }
  }

  @Override
  public Path mount(VolumeRecord volume, String user) {
    try {
      String mountpoint = plugin.mount(volume.name(), user);
      if (!mountpoint.startsWith("/")) {
        throw EngineException.internal(
            "error while mounting volume '%s': the plugin %s names no absolute path but \"%s\""
                .formatted(volume.name(), plugin.name(), mountpoint),
            null);
      }
      return Path.of(mountpoint);
    } catch (PluginException e) {
      throw failure("error while mounting volume '" + mountpoint(volume) + "'", e);
    }
  }

  @Override
  public void unmount(VolumeRecord volume, String user) {
    try {
      plugin.unmount(volume.name(), user);
    } catch (PluginException e) {
      LOG.warn(
          "plugin {} could not unmount volume {} for {}: {}",
          plugin.name(),
          volume.name(),
          user,
          e.getMessage());
    }
  }

  @Override
  public String mountpoint(VolumeRecord volume) {
    try {
      return plugin.path(volume.name());
    } catch (PluginException e) {
      LOG.debug("plugin {} does not tell the path of {}", plugin.name(), volume.name(), e);
      return "";
    }
  }

  @Override
  public Map<String, Object> status(VolumeRecord volume) {
    try {
      return plugin.get(volume.name()).map(VolumePlugin.Told::status).orElse(Map.of());
    } catch (PluginException e) {
      LOG.debug("plugin {} does not tell the status of {}", plugin.name(), volume.name(), e);
      return Map.of();
    }
  }

  private static EngineException failure(String what, PluginException e) {
    return EngineException.internal(what + ": " + e.getMessage(), e);
  }
}
