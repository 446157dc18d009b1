package dev.priok.engine.containers;

import dev.priok.engine.containers.Containers.CommitOptions;
import dev.priok.engine.images.CommitImage;
import dev.priok.engine.images.ConfigChanges;
import dev.priok.host.storage.StorageDriver;
import dev.priok.model.api.container.ContainerConfig;
import dev.priok.model.api.exec.IDResponse;
import dev.priok.model.api.image.ImageConfig;
import dev.priok.model.error.EngineException;
import dev.priok.model.id.Digest;
import dev.priok.model.image.ImageReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code docker commit}: a container's changes and configuration become an image. */
final class CommitContainer {
  private final StorageDriver storage;
  private final CommitImage images;
  private final PauseContainer pause;
  private final ContainerEvents events;

  CommitContainer(
      StorageDriver storage, CommitImage images, PauseContainer pause, ContainerEvents events) {
    this.storage = storage;
    this.images = images;
    this.pause = pause;
    this.events = events;
  }

  IDResponse commit(
      Container container, CommitOptions options, @Nullable ContainerConfig override) {
    ContainerRecord record = container.record();
    ImageReference reference =
        options.repository() == null || options.repository().isEmpty()
            ? null
            : ImageReference.parse(
                options.repository()
                    + (options.tag() == null || options.tag().isEmpty()
                        ? ""
                        : ":" + options.tag()));
    ImageConfig base = imageConfig(override == null ? record.config() : merged(record, override));
    ImageConfig config = ConfigChanges.apply(base, options.changes());
    boolean paused = options.pause() && paused(container);
    try {
      Digest id =
          images.commit(
              new CommitImage.Request(
                  record.image(),
                  config,
                  text(options.author()),
                  text(options.comment()),
                  record.path() + " " + String.join(" ", record.args()),
                  reference),
              out -> storage.diff(record.layer(), out));
      events.publish(
          container,
          "commit",
          Map.of(
              "comment",
              options.comment() == null ? "" : options.comment(),
              "imageID",
              id.value(),
              "imageRef",
              reference == null ? "" : reference.familiar()));
      return new IDResponse(id.value());
    } catch (IOException e) {
      throw EngineException.internal(
          "cannot commit container " + record.name() + ": " + e.getMessage(), e);
    } finally {
      // A container that was killed or unpaused meanwhile needs nothing.
      if (paused && container.state().status() == RunState.Status.PAUSED) {
        pause.unpause(container);
      }
    }
  }

  /** Pauses a running container. One that ends just then has no process left to hold still. */
  private boolean paused(Container container) {
    if (container.state().status() != RunState.Status.RUNNING) {
      return false;
    }
    try {
      pause.pause(container);
      return true;
    } catch (EngineException e) {
      int pid = container.state().pid();
      if (container.state().status() == RunState.Status.RUNNING
          && Files.exists(Path.of("/proc/" + pid))) {
        throw e;
      }
      return false;
    }
  }

  private static String text(@Nullable String text) {
    return text == null ? "" : text;
  }

  /** The request's configuration, completed from the container's. */
  private static ContainerConfig merged(ContainerRecord record, ContainerConfig override) {
    ImageConfig own = imageConfig(record.config());
    return MergeConfig.merge(override, own, text(record.config().hostname()));
  }

  private static ImageConfig imageConfig(ContainerConfig c) {
    return new ImageConfig(
        c.user(),
        c.exposedPorts(),
        c.env(),
        c.cmd(),
        c.healthcheck(),
        c.argsEscaped(),
        c.volumes(),
        c.workingDir(),
        c.entrypoint(),
        c.onBuild(),
        c.labels(),
        c.stopSignal(),
        c.shell());
  }
}
