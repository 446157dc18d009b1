package dev.priok.engine.containers;

import dev.priok.engine.containers.Containers.PathStat;
import dev.priok.engine.containers.Containers.WriteArchiveOptions;
import dev.priok.engine.streams.ByteSink;
import dev.priok.host.storage.StorageDriver;
import dev.priok.model.api.container.FilesystemChange;
import dev.priok.model.error.EngineException;
import java.io.InputStream;
import java.util.List;
import java.util.function.Consumer;

/** TEMP. */
final class ContainerFileSystem {
  ContainerFileSystem(StorageDriver storage, RunVolumes volumes, ContainerEvents events) {}

  List<FilesystemChange> changes(Container c) {
    throw EngineException.notImplemented("later");
  }

  void export(Container c, ByteSink sink) {
    throw EngineException.notImplemented("later");
  }

  PathStat stat(Container c, String path) {
    throw EngineException.notImplemented("later");
  }

  void read(Container c, String path, Consumer<PathStat> before, ByteSink sink) {
    throw EngineException.notImplemented("later");
  }

  void write(Container c, String path, WriteArchiveOptions o, InputStream tar) {
    throw EngineException.notImplemented("later");
  }
}
