package dev.priok.http.routes;

import dev.priok.engine.containers.Containers;
import dev.priok.http.routing.Call;
import dev.priok.model.api.container.CheckpointCreateRequest;
import dev.priok.model.error.EngineException;
import org.jspecify.annotations.Nullable;

/**
 * {@code /containers/{id}/checkpoints}, and the start from one: experiments of Docker's, which are
 * there when the daemon was started with {@code --experimental}.
 */
final class CheckpointCalls {
  /** A path's variable spans slashes, and a container's name has none. */
  private static final String INSIDE = "/checkpoints/";

  private static final CheckpointCreateRequest NOTHING =
      new CheckpointCreateRequest(null, null, null);

  private final Containers containers;
  private final boolean experimental;

  CheckpointCalls(Containers containers, boolean experimental) {
    this.containers = containers;
    this.experimental = experimental;
  }

  void create(Call call) throws Exception {
    checkEnabled();
    containers.checkpoint(call.name(), call.json(CheckpointCreateRequest.class, NOTHING));
    call.empty(201);
  }

  void list(Call call) throws Exception {
    checkEnabled();
    call.ok(containers.checkpoints(call.name(), text(call, "dir")));
  }

  /** Whether the path of a removal names a checkpoint. */
  boolean isNamed(Call call) {
    return call.name().contains(INSIDE);
  }

  void remove(Call call) throws Exception {
    checkEnabled();
    String path = call.name();
    int at = path.indexOf(INSIDE);
    containers.removeCheckpoint(
        path.substring(0, at), path.substring(at + INSIDE.length()), text(call, "dir"));
    call.empty(204);
  }

  void start(Call call) throws Exception {
    String checkpoint = text(call, "checkpoint");
    String folder = text(call, "checkpoint-dir");
    if (checkpoint != null && !experimental) {
      throw EngineException.invalid("checkpoint is only supported in experimental mode");
    }
    if (checkpoint == null && folder != null) {
      throw EngineException.invalid("a checkpoint directory needs the name of a checkpoint in it");
    }
    containers.start(call.name(), checkpoint, folder);
    call.empty(204);
  }

  private static @Nullable String text(Call call, String name) {
    String value = call.query().text(name);
    return value.isEmpty() ? null : value;
  }

  private void checkEnabled() {
    if (!experimental) {
      throw EngineException.notImplemented(
          "This experimental feature is disabled by default. Start the Docker daemon in"
              + " experimental mode in order to enable it.");
    }
  }
}
