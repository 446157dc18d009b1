package dev.priok.engine.containers;

import dev.priok.engine.Filters;
import dev.priok.engine.streams.ByteSink;
import dev.priok.engine.streams.MessageSink;
import dev.priok.engine.streams.StreamUpgrade;
import dev.priok.model.api.container.CheckpointCreateRequest;
import dev.priok.model.api.container.CheckpointSummary;
import dev.priok.model.api.container.ContainerConfig;
import dev.priok.model.api.container.ContainerCreateRequest;
import dev.priok.model.api.container.ContainerCreateResponse;
import dev.priok.model.api.container.ContainerInspectResponse;
import dev.priok.model.api.container.ContainerPruneResponse;
import dev.priok.model.api.container.ContainerSummary;
import dev.priok.model.api.container.ContainerTopResponse;
import dev.priok.model.api.container.ContainerUpdateRequest;
import dev.priok.model.api.container.ContainerUpdateResponse;
import dev.priok.model.api.container.ContainerWaitResponse;
import dev.priok.model.api.container.FilesystemChange;
import dev.priok.model.api.exec.IDResponse;
import dev.priok.model.api.stats.ContainerStatsResponse;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Everything the Engine API does with containers, a method an operation.
 *
 * <p>A container is named by its full id, its name with or without a leading slash, or a unique
 * prefix of its id; every method refuses an unknown one with {@code No such container: X} (404).
 * Methods block until done and may be called from any thread.
 */
public interface Containers {

  /** {@code name} is null where the client left the choice to the engine. */
  ContainerCreateResponse create(
      @Nullable String name, @Nullable String platform, ContainerCreateRequest request);

  /** Refuses with 304 where it runs already. */
  default void start(String container) {
    start(container, null, null);
  }

  /**
   * As the other, but the processes go on where a checkpoint has them; null means a new process.
   *
   * @param checkpointFolder where the checkpoint is; null for the container's own
   */
  void start(String container, @Nullable String checkpoint, @Nullable String checkpointFolder);

  /** Writes the processes of a running container down; ends it where the request says so. */
  void checkpoint(String container, CheckpointCreateRequest request);

  /** Checkpoints of a container, or all in a folder of the client's choice, by name. */
  List<CheckpointSummary> checkpoints(String container, @Nullable String folder);

  void removeCheckpoint(String container, String checkpoint, @Nullable String folder);

  /**
   * Sends the stop signal, and SIGKILL after the timeout. A null signal or timeout means the
   * container's own; a timeout of -1 waits without end. 304 where it does not run.
   */
  void stop(String container, @Nullable String signal, @Nullable Integer timeoutSeconds);

  void restart(String container, @Nullable String signal, @Nullable Integer timeoutSeconds);

  /** A null signal means SIGKILL. */
  void kill(String container, @Nullable String signal);

  void pause(String container);

  void unpause(String container);

  void rename(String container, String newName);

  void resize(String container, int rows, int columns);

  ContainerUpdateResponse update(String container, ContainerUpdateRequest request);

  void remove(String container, RemoveOptions options);

  ContainerPruneResponse prune(Filters filters);

  List<ContainerSummary> list(ListOptions options);

  ContainerInspectResponse inspect(String container, boolean withSize);

  ContainerTopResponse top(String container, @Nullable String psArguments);

  /**
   * Subscribes to the condition, then calls {@code opened} (the response's head may go out: clients
   * start the container only then), then blocks until the condition holds.
   */
  ContainerWaitResponse await(String container, WaitCondition condition, Runnable opened);

  /** Blocks until the client leaves or the container ends. */
  void attach(String container, AttachOptions options, StreamUpgrade upgrade);

  void logs(String container, LogOptions options, StreamUpgrade upgrade);

  /** One message where {@code stream} is false, else one a second until the client leaves. */
  void stats(
      String container, boolean stream, boolean oneShot, MessageSink<ContainerStatsResponse> sink);

  List<FilesystemChange> changes(String container);

  void export(String container, ByteSink sink);

  PathStat statPath(String container, String path);

  /** A tar of the path; {@code beforeBody} receives what goes into the stat header. */
  void readArchive(String container, String path, Consumer<PathStat> beforeBody, ByteSink sink);

  void writeArchive(String container, String path, WriteArchiveOptions options, InputStream tar);

  IDResponse commit(CommitOptions options, @Nullable ContainerConfig config);

  /** Which end of a container a waiter means. */
  enum WaitCondition {
    NOT_RUNNING,
    NEXT_EXIT,
    REMOVED
  }

  record RemoveOptions(boolean force, boolean volumes, boolean link) {}

  /** {@code limit} of 0 or less means no limit; a limit includes containers that do not run. */
  record ListOptions(boolean all, int limit, boolean size, Filters filters) {}

  /** {@code detachKeys} is null for Docker's default of ctrl-p,ctrl-q. */
  record AttachOptions(
      boolean logs,
      boolean stream,
      boolean stdin,
      boolean stdout,
      boolean stderr,
      @Nullable String detachKeys) {}

  /** {@code since} and {@code until} are as the client sent them; {@code tail} of -1 means all. */
  record LogOptions(
      boolean follow,
      boolean stdout,
      boolean stderr,
      @Nullable String since,
      @Nullable String until,
      boolean timestamps,
      long tail,
      boolean details) {}

  record WriteArchiveOptions(boolean noOverwriteDirNonDir, boolean copyUidGid) {}

  record CommitOptions(
      String container,
      @Nullable String repository,
      @Nullable String tag,
      @Nullable String comment,
      @Nullable String author,
      boolean pause,
      List<String> changes) {}

  /**
   * What {@code HEAD /containers/{id}/archive} tells about a path.
   *
   * @param mode Go's file mode bits (os.FileMode), as the header carries them
   * @param modified RFC 3339 time
   */
  record PathStat(String name, long size, long mode, String modified, String linkTarget) {}

  /** Grace given to a container by {@code stop} where nobody said otherwise. */
  Duration DEFAULT_STOP_TIMEOUT = Duration.ofSeconds(10);
}
