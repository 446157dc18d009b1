package dev.priok.daemon;

import dev.priok.engine.Engine;
import dev.priok.engine.Filters;
import dev.priok.engine.containers.Containers.ListOptions;
import dev.priok.engine.events.EventBus;
import dev.priok.engine.health.HealthFigures;
import dev.priok.engine.metrics.Exposition;
import dev.priok.engine.system.HostFacts;
import dev.priok.model.api.container.ContainerSummary;
import dev.priok.model.api.volume.Volume;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Answers a scrape: what {@link Metrics} measured, and what the rooms have at this moment. */
final class MetricsReport {
  private final Metrics metrics;
  private final Engine engine;
  private final EventBus events;
  private final HealthFigures health;
  private final HostFacts host;
  private final String storageDriver;
  private final Path root;

  MetricsReport(
      Metrics metrics,
      Engine engine,
      EventBus events,
      HealthFigures health,
      HostFacts host,
      String storageDriver,
      Path root) {
    this.metrics = metrics;
    this.engine = engine;
    this.events = events;
    this.health = health;
    this.host = host;
    this.storageDriver = storageDriver;
    this.root = root;
  }

  String text() {
    Exposition out = new Exposition();
    metrics.write(out);
    engine(out);
    containers(out);
    healthChecks(out);
    rooms(out);
    JvmFigures.write(out);
    return out.toString();
  }

  private void engine(Exposition out) {
    out.family(
        "engine_daemon_engine_info",
        "gauge",
        "The information related to the engine and the OS it is running on");
    out.sample(
        "engine_daemon_engine_info",
        1,
        "architecture",
        host.architecture(),
        "commit",
        host.revision(),
        "daemon_id",
        host.daemonId(),
        "graphdriver",
        storageDriver,
        "kernel",
        host.kernelVersion(),
        "os",
        host.operatingSystem(),
        "os_type",
        "linux",
        "os_version",
        host.osVersion(),
        "version",
        host.version());
    out.single(
        "engine_daemon_engine_cpus_cpus",
        "gauge",
        "The number of cpus that the host system of the engine has",
        host.cpus());
    out.single(
        "engine_daemon_engine_memory_bytes",
        "gauge",
        "The number of bytes of memory that the host system of the engine has",
        host.memoryTotal());
    out.single(
        "engine_daemon_events_total", "counter", "The number of events logged", events.published());
    out.single(
        "engine_daemon_events_subscribers_total",
        "gauge",
        "The number of current subscribers to events",
        events.readers());
  }

  private void containers(Exposition out) {
    List<ContainerSummary> all =
        engine.containers().list(new ListOptions(true, 0, false, Filters.NONE));
    long running = all.stream().filter(c -> "running".equals(c.state())).count();
    long paused = all.stream().filter(c -> "paused".equals(c.state())).count();
    String name = "engine_daemon_container_states_containers";
    out.family(name, "gauge", "The count of containers in various states");
    out.sample(name, paused, "state", "paused");
    out.sample(name, running, "state", "running");
    out.sample(name, all.size() - running - paused, "state", "stopped");
    String perHealth = "priok_container_health_containers";
    out.family(perHealth, "gauge", "Containers with a health check, by what it shows");
    for (String status : List.of("healthy", "starting", "unhealthy")) {
      Filters filter = Filters.parse("{\"health\":[\"" + status + "\"]}");
      out.sample(
          perHealth,
          engine.containers().list(new ListOptions(true, 0, false, filter)).size(),
          "health",
          status);
    }
  }

  private void healthChecks(Exposition out) {
    out.single(
        "engine_daemon_health_checks_total",
        "counter",
        "The total number of health checks",
        health.checks());
    out.single(
        "engine_daemon_health_checks_failed_total",
        "counter",
        "The total number of failed health checks",
        health.failed());
    out.single(
        "engine_daemon_health_check_start_duration_seconds",
        "The number of seconds it takes to prepare to run health checks",
        health.beginnings());
  }

  private void rooms(Exposition out) {
    List<Volume> volumes = engine.volumes().list(Filters.NONE).volumes();
    out.single(
        "priok_images",
        "gauge",
        "Images",
        engine.images().list(false, Filters.NONE, false, false).size());
    out.single("priok_networks", "gauge", "Networks", engine.networks().list(Filters.NONE).size());
    out.single("priok_volumes", "gauge", "Volumes", volumes == null ? 0 : volumes.size());
    String name = "priok_store_bytes";
    out.family(name, "gauge", "Bytes of the daemon's own records on disk");
    out.sample(name, size("priok.db") + size("priok.db-wal"), "part", "database");
    out.sample(name, folder(root.resolve("events")), "part", "events");
  }

  private long size(String file) {
    try {
      return Files.size(root.resolve(file));
    } catch (NoSuchFileException e) {
      return 0; // The log of the database comes and goes.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long folder(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.mapToLong(f -> f.toFile().length()).sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
