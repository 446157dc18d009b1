package dev.priok.daemon;

import dev.priok.engine.containers.ContainerRecord;
import dev.priok.engine.disk.DiskRoom;
import dev.priok.engine.events.EventBus;
import dev.priok.engine.storage.Migrations;
import dev.priok.host.archive.IdMap;
import dev.priok.host.journal.Journal;
import dev.priok.host.storage.RemappedStorage;
import dev.priok.host.storage.StorageDriver;
import dev.priok.host.storage.choice.StorageDrivers;
import dev.priok.host.store.Records;
import dev.priok.host.store.SqliteStore;
import dev.priok.kernel.call.NativeCalls;
import dev.priok.kernel.event.EventLoop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What all rooms stand on: options that mean something, the locked data root and what is in it. */
record Foundation(
    DaemonConfig config,
    Path root,
    IdMap ids,
    CheckedOptions options,
    Listeners listeners,
    SqliteStore store,
    Records<ContainerRecord> containers,
    EventBus events,
    EventLoop loop,
    StorageDriver storage,
    DiskRoom disk) {
  private static final Logger LOG = LoggerFactory.getLogger(Foundation.class);

  /** Whatever an option gets wrong is refused here, before there is a bridge or a packet filter. */
  static Foundation lay(DaemonConfig config, OpenParts parts) throws IOException {
    CheckedOptions.checkAddresses(config);
    IdMap ids = UsernsRemap.of(config.usernsRemap());
    Path root = UsernsRemap.folder(prepare(config.dataRoot()), ids);
    prepare(config.execRoot());
    Listeners listeners = new Listeners(config);
    CheckedOptions options = CheckedOptions.of(config, root);
    parts.keep(DataRootLock.take(root));
    parts.keep(PidFile.write(config.pidfile()));
    NativeLibraries.keepUnder(root);
    // Native calls take long the first time; they warm up while the database opens.
    CompletableFuture<Void> warm =
        CompletableFuture.runAsync(
            NativeCalls::warmUp, task -> Thread.ofPlatform().name("warm-up").start(task));
    SqliteStore store = parts.keep(SqliteStore.open(root.resolve("priok.db")));
    // Decoded while everything is made that needs none of them.
    Records<ContainerRecord> containers = store.records("containers", ContainerRecord.class);
    new Migrations(store)
        .pending()
        .ifPresent(migration -> {
          throw new StartRefusedException(migration.advice());
        });
    Journal journal = parts.keep(Journal.open(root.resolve("events"), Journal.Limits.USUAL));
    EventBus events = parts.keep(new EventBus(journal));
    warm.join();
    EventLoop loop =
        parts.keep(EventLoop.start("events", e -> LOG.error("an event handler failed", e)));
    StorageDriver storage =
        parts.keep(
            remapped(
                new StorageDrivers().open(config.storageDriver(), root, config.storageOpts()),
                ids));
    DiskRoom disk = parts.keep(new DiskRoom(root, DiskSettings.lowWater(config, root), events));
    return new Foundation(
        config, root, ids, options, listeners, store, containers, events, loop, storage, disk);
  }

  private static StorageDriver remapped(StorageDriver driver, IdMap ids) {
    return ids.isNone() ? driver : new RemappedStorage(driver, ids);
  }

  private static Path prepare(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(folder);
      // Others may pass through to what is theirs, and may not look around (as dockerd's 0710).
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x---"));
    }
    return folder.toRealPath();
  }
}
