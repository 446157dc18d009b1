package dev.priok.daemon;

import dev.priok.engine.containers.LogDefaults;
import dev.priok.engine.containers.spec.ContainerDefaults;
import dev.priok.engine.networks.NetworkOptions;
import dev.priok.host.archive.IdMap;
import dev.priok.host.runtime.OciRuntimes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the options mean, once they have been found to mean something; nothing is made yet. */
record CheckedOptions(
    NetworkOptions networks, OciRuntimes runtimes, ContainerDefaults containers, LogDefaults logs) {

  /**
   * Refuses what an option gets wrong.
   *
   * @param root the data root, which need not be there
   */
  static CheckedOptions of(DaemonConfig config, Path root) throws IOException {
    NetworkOptions networks = NetworkSettings.options(config);
    OciRuntimes runtimes =
        new OciRuntimes(LiveParts.addedRuntimes(config), config.defaultRuntime());
    IdMap ids = UsernsRemap.of(config.usernsRemap());
    return new CheckedOptions(
        networks,
        runtimes,
        ContainerSettings.defaults(config.containers(), runtimes, ids),
        LogSettings.defaults(config, existing(root)));
  }

  /** Likewise of the addresses to listen at. */
  static void checkAddresses(DaemonConfig config) {
    Listeners.check(config);
    if (!config.metricsAddress().isEmpty()) {
      MetricsListener.parse(config.metricsAddress());
    }
  }

  /** The data root, or the nearest folder above it that is there. */
  private static Path existing(Path root) {
    Path path = root;
    while (!Files.exists(path) && path.getParent() != null) {
      path = path.getParent();
    }
    return path;
  }
}
