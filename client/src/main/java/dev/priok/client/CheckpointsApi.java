package dev.priok.client;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.priok.client.wire.Query;
import dev.priok.model.api.container.CheckpointCreateRequest;
import dev.priok.model.api.container.CheckpointSummary;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Checkpoints of one container. The engine refuses all of it (501) unless it was started with
 * {@code --experimental}. A null folder means the container's own.
 */
public final class CheckpointsApi {
  private final Calls calls;
  private final String path;

  CheckpointsApi(Calls calls, String container) {
    this.calls = calls;
    this.path = "/containers/" + Query.segment(container);
  }

  /** Writes its processes down; returns when that is done, and where asked for, it has ended. */
  public void create(CheckpointCreateRequest request) {
    calls.run("POST", path + "/checkpoints", new Query(), request);
  }

  /** Lists them by name. */
  public List<CheckpointSummary> list(@Nullable String folder) {
    return calls.get(
        path + "/checkpoints", new Query().add("dir", folder), new TypeReference<>() {});
  }

  /** Removes one. */
  public void remove(String checkpoint, @Nullable String folder) {
    calls.run(
        "DELETE",
        path + "/checkpoints/" + Query.segment(checkpoint),
        new Query().add("dir", folder));
  }

  /** Starts the container, whose processes go on where the checkpoint has them. */
  public void start(String checkpoint, @Nullable String folder) {
    calls.run(
        "POST",
        path + "/start",
        new Query().add("checkpoint", checkpoint).add("checkpoint-dir", folder));
  }
}
