package dev.priok.engine.containers;

import dev.priok.engine.containers.Containers.PathStat;
import dev.priok.engine.containers.Containers.WriteArchiveOptions;
import dev.priok.engine.containers.files.ContainerChanges;
import dev.priok.engine.containers.files.ContainerFileView;
import dev.priok.engine.containers.files.ExportContainer;
import dev.priok.engine.containers.files.ReadArchive;
import dev.priok.engine.containers.files.StatPath;
import dev.priok.engine.containers.files.WriteArchive;
import dev.priok.engine.containers.spec.FileOwner;
import dev.priok.engine.streams.ByteSink;
import dev.priok.host.archive.IdMap;
import dev.priok.host.archive.UnpackOptions;
import dev.priok.host.storage.StorageDriver;
import dev.priok.model.api.container.FilesystemChange;
import dev.priok.model.error.EngineException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** {@code docker cp}, {@code export} and {@code diff}: shows the verbs a container's files. */
final class ContainerFileSystem {
  private final StorageDriver storage;
  private final RunVolumes volumes;
  private final ContainerEvents events;
  private final IdMap ids;
  private final ContainerSizes sizes;
  private final ContainerChanges changes;
  private final ExportContainer export = new ExportContainer();
  private final StatPath stat = new StatPath();
  private final ReadArchive read = new ReadArchive();
  private final WriteArchive write = new WriteArchive();

  ContainerFileSystem(
      StorageDriver storage,
      RunVolumes volumes,
      ContainerEvents events,
      IdMap ids,
      ContainerSizes sizes) {
    this.ids = ids;
    this.sizes = sizes;
    this.storage = storage;
    this.volumes = volumes;
    this.events = events;
    this.changes = new ContainerChanges(storage);
  }

  /** Something to do with the files while they can be seen. */
  private interface Work<T> {
    T with(ContainerFileView view);
  }

  /** Mounts are counted, so a container that starts or ends meanwhile is not disturbed. */
  private <T> T viewing(Container container, Work<T> work) {
    ContainerRecord record = container.record();
    try {
      Path root = storage.mount(record.layer());
      String user = "files-" + UUID.randomUUID();
      try (RunVolumes.Ready ready = volumes.look(record, user)) {
        return work.with(
            new ContainerFileView(
                root,
                ready.mounts(),
                Boolean.TRUE.equals(record.hostConfig().readonlyRootfs()),
                record.name(),
                ids));
      } finally {
        storage.unmount(record.layer());
      }
    } catch (IOException e) {
      throw EngineException.internal(
          "cannot show the files of " + record.name() + ": " + e.getMessage(), e);
    }
  }

  List<FilesystemChange> changes(Container container) {
    return changes.of(container.record().layer());
  }

  void export(Container container, ByteSink sink) {
    viewing(
        container,
        view -> {
          export.export(view, sink);
          return true;
        });
    events.publish(container, "export");
  }

  PathStat stat(Container container, String path) {
    return viewing(container, view -> stat.of(view, path));
  }

  void read(Container container, String path, Consumer<PathStat> beforeBody, ByteSink sink) {
    viewing(
        container,
        view -> {
          read.read(view, path, beforeBody, sink);
          return true;
        });
    events.publish(container, "archive-path");
  }

  void write(Container container, String path, WriteArchiveOptions options, InputStream tar) {
    try {
      viewing(
          container,
          view -> {
            write.write(view, path, options, owner(container, view.root(), options), tar);
            return true;
          });
    } finally {
      sizes.touched(container.id());
    }
    events.publish(container, "extract-to-dir");
  }

  /**
   * Whom what is copied belongs to: with copyUIDGID the container's own user, by the container's
   * own list of users (Docker looks the name up on the host), else whoever the archive says.
   */
  private static UnpackOptions.@Nullable Owner owner(
      Container container, Path root, WriteArchiveOptions options) {
    String user = container.record().config().user();
    if (!options.copyUidGid() || user == null || user.isEmpty()) {
      return null;
    }
    try {
      return FileOwner.of(user, root);
    } catch (IOException e) {
      throw EngineException.internal(
          "cannot read the users of " + container.name() + ": " + e.getMessage(), e);
    }
  }
}
