package dev.priok.daemon;

import dev.priok.engine.containers.ContainersRoom;
import dev.priok.host.storage.DriverNotSupportedException;
import dev.priok.host.store.StoreException;
import dev.priok.model.error.EngineException;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The daemon: what it stands on, its rooms and its doors, built in the order in which they need
 * each other, closed in the opposite order. Nothing is decided here but when it begins and ends.
 */
final class Daemon {
  private static final Logger LOG = LoggerFactory.getLogger(Daemon.class);

  private volatile DaemonConfig config;
  private final OpenParts parts = new OpenParts();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final ContainersRoom containers;
  private final ProcessDiagnostics diagnostics;
  private final LiveParts live;

  private Daemon(DaemonConfig config) throws IOException {
    this.config = config;
    this.diagnostics = new ProcessDiagnostics(config.execRoot(), () -> this.config.debug());
    try {
      Metrics metrics = config.metricsAddress().isEmpty() ? null : new Metrics();
      Foundation below = Foundation.lay(config, parts);
      Rooms rooms = Rooms.build(below, parts, metrics);
      this.containers = rooms.containers();
      this.live =
          new Doors(below, rooms, parts, metrics).open(diagnostics, now -> this.config = now);
      below.disk().start();
      rooms
          .sizes()
          .start(() ->
              Stream.concat(
                      rooms.containers().sized().stream(), rooms.volumeSizes().sized().stream())
                  .toList());
      Thread.ofPlatform().daemon().name("reserve").start(below.store()::reserve);
    } catch (IOException | RuntimeException e) {
      // A daemon that cannot start must not leave a bridge or a packet filter behind.
      parts.close();
      throw e;
    }
  }

  /** Refuses what {@link #start} would refuse before it makes anything. */
  static void validate(DaemonConfig config) {
    Requirements.check();
    CheckedOptions.checkAddresses(config);
    new Listeners(config);
    try {
      CheckedOptions.of(config, config.dataRoot());
    } catch (EngineException e) {
      throw new StartRefusedException(String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      throw new StartRefusedException("cannot validate: " + e.getMessage(), e);
    }
  }

  static Daemon start(DaemonConfig config) {
    long began = System.nanoTime();
    Requirements.check();
    try {
      Daemon daemon = new Daemon(config);
      LOG.info(
          "Priok {} started in {} ms", Version.number(), (System.nanoTime() - began) / 1_000_000);
      daemon.containers.startByPolicy();
      daemon.parts.keep(KeepHeapSmall.begin());
      return daemon;
    } catch (EngineException | StoreException e) {
      throw new StartRefusedException(String.valueOf(e.getMessage()), e);
    } catch (DriverNotSupportedException e) {
      throw new StartRefusedException("error initializing graphdriver: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new StartRefusedException("cannot start: " + e.getMessage(), e);
    }
  }

  /** What follows the configuration when it is read again. */
  LiveParts live() {
    return live;
  }

  ProcessDiagnostics diagnostics() {
    return diagnostics;
  }

  void awaitEnd() throws InterruptedException {
    ended.await();
  }

  /** Kills the containers that {@link #stop} is waiting for. */
  void hurry() {
    LOG.warn("stopping at once: containers are killed");
    if (!config.liveRestore()) {
      containers.killAll();
    }
  }

  /** In order: no new calls, containers (unless they are to live on), then rooms bottom up. */
  synchronized void stop() {
    if (ended.getCount() == 0) {
      return;
    }
    LOG.info("stopping");
    containers.refuseStarts();
    if (!config.liveRestore() && !new UpgradeMark(config.execRoot()).isSet()) {
      containers.stopAll(config.shutdownTimeout());
    }
    parts.close();
    ended.countDown();
  }
}
