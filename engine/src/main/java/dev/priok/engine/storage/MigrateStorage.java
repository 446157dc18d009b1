package dev.priok.engine.storage;

import dev.priok.engine.containers.ContainerRecord;
import dev.priok.engine.containers.ContainerRecordBuilder;
import dev.priok.engine.images.LayerRecord;
import dev.priok.engine.storage.Migration.Phase;
import dev.priok.host.storage.LayerId;
import dev.priok.host.storage.StorageDriver;
import dev.priok.host.store.Blobs;
import dev.priok.host.store.Records;
import dev.priok.host.store.Store;
import dev.priok.kernel.call.At;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.Io;
import dev.priok.kernel.call.OpenFlags;
import dev.priok.kernel.fs.FileSystems;
import dev.priok.model.id.Digest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * {@code priok storage migrate}: images, and containers with what they wrote, move to another
 * driver. Layers keep their names, so no record but the driver's name changes.
 *
 * <pre>
 *   COPYING    each layer: made in the new driver, compared, marked as done (durably)
 *              the file system is synced
 *   DROPPING   the records name the new driver; the old one's layers go
 *   (no record)
 * </pre>
 *
 * Killed at any instant, the same command goes on: a layer without its mark is made again, one with
 * it is left alone, and nothing old is touched before all is done.
 */
public final class MigrateStorage {
  private final Path root;
  private final Migrations migrations;
  private final Inventory inventory;
  private final Records<Digest> done;
  private final CopyLayers copy;
  private final Drivers drivers;
  private final Consumer<String> say;

  /** Opens drivers as the daemon would, ids of a user namespace included. */
  @FunctionalInterface
  public interface Drivers {
    StorageDriver open(String name) throws IOException;
  }

  public MigrateStorage(
      Path root,
      Store store,
      Migrations migrations,
      Blobs blobs,
      Drivers drivers,
      Consumer<String> say) {
    this.root = root;
    this.migrations = migrations;
    this.inventory = new Inventory(store);
    this.done = store.records("storage_migrated", Digest.class);
    this.copy = new CopyLayers(blobs);
    this.drivers = drivers;
    this.say = say;
  }

  /** What a migration would do. */
  public record Plan(
      String from, String to, int imageLayers, int containers, long bytesNeeded, long bytesFree) {}

  /** Finds out without changing anything but empty folders of the new driver. */
  public Plan plan(String from, String to) throws IOException {
    checkPair(from, to);
    try (StorageDriver old = drivers.open(from);
        StorageDriver now = drivers.open(to)) {
      return plan(old, now);
    }
  }

  private Plan plan(StorageDriver old, StorageDriver now) throws IOException {
    refuseWhatCannotMove(old, now);
    List<LayerRecord> layers = inventory.imageLayers();
    long bytes = 0;
    for (LayerRecord layer : layers) {
      bytes += now.copiesWholeTrees() ? depthSize(layer) : layer.size();
    }
    int containers = 0;
    for (ContainerRecord container : inventory.containers()) {
      bytes += old.size(container.layer());
      if (now.copiesWholeTrees()) {
        LayerId image = imageOf(old, container.layer());
        bytes +=
            layers.stream().filter(l -> l.layer().equals(image)).mapToLong(this::depthSize).sum();
      }
      containers++;
    }
    long free = FileSystems.usage(root).availableBytes();
    return new Plan(old.name(), now.name(), layers.size(), containers, bytes, free);
  }

  private static @Nullable LayerId imageOf(StorageDriver old, LayerId layer) throws IOException {
    LayerId parent = old.parent(layer);
    return CopyLayers.isInit(old, parent) && parent != null ? old.parent(parent) : parent;
  }

  private long depthSize(LayerRecord layer) {
    long bytes = 0;
    var all = inventory.byChain();
    for (LayerRecord l = layer; l != null; l = l.parent() == null ? null : all.get(l.parent())) {
      bytes += l.size();
    }
    return bytes;
  }

  /** Moves everything, or goes on where a former call was ended. */
  public void migrate(String from, String to) throws IOException {
    Optional<Migration> pending = migrations.pending();
    if (pending.isPresent() && !pending.get().to().equals(to)) {
      throw new StorageException(pending.get().advice());
    }
    Migration migration = pending.orElse(new Migration(from, to, Phase.COPYING));
    checkPair(migration.from(), to);
    if (migration.phase() == Phase.COPYING) {
      copyAll(migration);
      migration = new Migration(migration.from(), to, Phase.DROPPING);
      migrations.put(migration);
    }
    drop(migration);
  }

  private void copyAll(Migration migration) throws IOException {
    try (StorageDriver old = drivers.open(migration.from());
        StorageDriver now = drivers.open(migration.to())) {
      Plan plan = plan(old, now);
      if (plan.bytesNeeded() > plan.bytesFree() && migrations.pending().isEmpty()) {
        throw new StorageException(
            "the copies need about %d bytes, and %d are free at %s"
                .formatted(plan.bytesNeeded(), plan.bytesFree(), root));
      }
      migrations.put(migration);
      now.sweep(inventory.known()); // what calls that were ended left half made
      for (LayerRecord layer : inventory.imageLayers()) {
        step(now, layer.layer(), () -> copy.image(layer, inventory.byChain(), now));
      }
      for (ContainerRecord container : inventory.containers()) {
        step(now, container.layer(), () -> copy.container(container, old, now));
        for (LayerId mounted : layersOfMounts(container)) {
          step(now, mounted, () -> copy.writable(mounted, old, now));
        }
        say.accept("container " + container.name() + " is in " + migration.to());
      }
    }
    // the marks are durable, and now so is what they speak of
    try (Fd folder = At.open(root, OpenFlags.READ_ONLY | OpenFlags.DIRECTORY)) {
      Io.syncFileSystem(folder);
    }
  }

  private static List<LayerId> layersOfMounts(ContainerRecord container) {
    List<LayerId> all = dev.priok.engine.containers.ContainersRoom.layers(container);
    return all.subList(1, all.size());
  }

  private interface Copying {
    Digest run() throws IOException;
  }

  private void step(StorageDriver now, LayerId layer, Copying copying) throws IOException {
    if (done.get(layer.value()).isPresent() && now.exists(layer)) {
      return;
    }
    now.remove(layer); // half made by a call that was ended
    done.put(layer.value(), copying.run());
  }

  private void drop(Migration migration) throws IOException {
    for (ContainerRecord container : inventory.containers()) {
      if (!container.storageDriver().equals(migration.to())) {
        inventory.put(
            ContainerRecordBuilder.builder(container).storageDriver(migration.to()).build());
      }
    }
    say.accept(
        "everything is in " + migration.to() + "; removing the copies in " + migration.from());
    DropDriver.of(root, migration.from(), drivers);
    clearMarks();
    migrations.end();
  }

  private void clearMarks() {
    List.copyOf(done.all().keySet()).forEach(done::remove);
  }

  /** Gives a migration up that has not begun to remove anything. */
  public void abort() throws IOException {
    Migration migration =
        migrations
            .pending()
            .orElseThrow(() -> new StorageException("no migration of the storage is under way"));
    if (migration.phase() != Phase.COPYING) {
      throw new StorageException(migration.advice());
    }
    DropDriver.of(root, migration.to(), drivers);
    clearMarks();
    migrations.end();
    say.accept("everything is in " + migration.from() + " as before");
  }

  private void checkPair(String from, String to) throws IOException {
    if (from.equals(to)) {
      throw new StorageException("the storage driver is " + to + " already");
    }
    if (migrations.pending().isEmpty()
        && dev.priok.host.storage.choice.StorageDrivers.hasLayers(root, to)) {
      throw new StorageException(
          root.resolve(to)
              + " has layers already; look at them with 'priok storage check --storage-driver "
              + to
              + "', and remove the folder if nothing of it is needed");
    }
  }

  /** All reasons at once, before anything is copied. */
  private void refuseWhatCannotMove(StorageDriver old, StorageDriver now) throws IOException {
    List<String> reasons = new ArrayList<>();
    for (ContainerRecord container : inventory.containers()) {
      if (container.state().isAlive()) {
        reasons.add("container " + container.name() + " runs, or did when the daemon ended");
      } else if (!old.exists(container.layer())) {
        reasons.add(
            "container "
                + container.name()
                + " has no layer in "
                + old.name()
                + " (its record says "
                + container.storageDriver()
                + ")");
      } else {
        tryOptions(container, now).ifPresent(reasons::add);
      }
    }
    if (!reasons.isEmpty()) {
      throw new StorageException(
          "not everything can be taken along:\n  "
              + String.join("\n  ", reasons)
              + "\nstart the daemon once, and stop or remove these");
    }
  }

  private static Optional<String> tryOptions(ContainerRecord container, StorageDriver now)
      throws IOException {
    StorageDriver.WritableOptions options = CopyLayers.options(container);
    if (options.options().isEmpty()) {
      return Optional.empty();
    }
    LayerId trial = LayerId.random();
    try {
      now.createWritable(trial, null, options);
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of("container " + container.name() + ": " + e.getMessage());
    } finally {
      now.remove(trial);
    }
  }
}
