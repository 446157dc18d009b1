package dev.priok.daemon;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.priok.engine.events.Events;
import dev.priok.model.api.Json;
import dev.priok.model.error.EngineException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * On SIGHUP: reads the configuration file again and lets the rooms follow it, wholly or not at all.
 *
 * <p>What the file says now is what holds: a setting that has gone from it has its default again.
 * dockerd keeps the former value of most of them then, so that what runs cannot be read anywhere.
 */
final class ReloadDaemon {
  private static final Logger LOG = LoggerFactory.getLogger(ReloadDaemon.class);

  private final LiveParts parts;
  private final CommandLineOptions line;
  private Configuration current;

  ReloadDaemon(LiveParts parts, CommandLineOptions line, Configuration current) {
    this.parts = parts;
    this.line = line;
    this.current = current;
  }

  synchronized void reload() {
    LOG.info("got signal to reload the configuration");
    try {
      Configuration now = Configuration.read(line);
      DaemonConfig merged = merged(current.config(), now.config());
      parts.follow(merged);
      tellWhatWaits(now);
      current = new Configuration(merged, now.values());
      parts
          .events()
          .publish(Events.Type.DAEMON, "reload", parts.host().daemonId(), attributes(merged));
      LOG.info("reloaded configuration");
    } catch (StartRefusedException | EngineException | IOException e) {
      LOG.error("error reloading configuration: {}", e.getMessage());
    }
  }

  /** The settings that reload from the new reading, all others as the daemon was started. */
  private static DaemonConfig merged(DaemonConfig old, DaemonConfig now) {
    DaemonConfig.Registries registries = now.registries();
    return DaemonConfigBuilder.builder(old)
        .debug(now.debug())
        .registries(
            new DaemonConfig.Registries(
                registries.insecure(),
                registries.mirrors(),
                registries.downloads(),
                registries.uploads(),
                registries.attempts(),
                old.registries().proxies()))
        .defaultRuntime(now.defaultRuntime())
        .runtimes(now.runtimes())
        .labels(now.labels())
        .liveRestore(now.liveRestore())
        .shutdownTimeout(now.shutdownTimeout())
        .features(now.features())
        .build();
  }

  private void tellWhatWaits(Configuration now) {
    List<Setting> waiting =
        now.values().changedSince(current.values()).stream().filter(s -> !s.row().live()).toList();
    if (!waiting.isEmpty()) {
      LOG.warn(
          "the configuration file has changes that the next start reads: {}",
          waiting.stream().map(s -> s.row().key()).collect(Collectors.joining(", ")));
    }
  }

  /** Docker's names and spellings (daemon/reload.go). */
  private Map<String, String> attributes(DaemonConfig now) throws JsonProcessingException {
    Map<String, String> result = new LinkedHashMap<>();
    result.put("debug", Boolean.toString(now.debug()));
    result.put("default-runtime", parts.runtimes().defaultName());
    result.put(
        "features",
        now.features().entrySet().stream()
            .map(e -> e.getKey() + ":" + e.getValue())
            .collect(Collectors.joining(" ", "map[", "]")));
    result.put("insecure-registries", json(now.registries().insecure()));
    result.put("labels", json(now.labels()));
    result.put("live-restore", Boolean.toString(now.liveRestore()));
    result.put("max-concurrent-downloads", Integer.toString(now.registries().downloads()));
    result.put("max-concurrent-uploads", Integer.toString(now.registries().uploads()));
    result.put("max-download-attempts", Integer.toString(now.registries().attempts()));
    result.put("name", parts.host().hostName());
    result.put("registry-mirrors", json(now.registries().mirrors()));
    result.put(
        "runtimes",
        parts.runtimes().all().values().stream()
            .map(r -> r.name() + ":" + r.path())
            .sorted()
            .collect(Collectors.joining(" ")));
    result.put("shutdown-timeout", Integer.toString(now.shutdownTimeout()));
    return result;
  }

  private static String json(List<String> values) throws JsonProcessingException {
    return Json.mapper().writeValueAsString(values);
  }
}
