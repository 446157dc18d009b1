package dev.priok.client;

import com.fasterxml.jackson.databind.JsonNode;
import dev.priok.client.wire.Query;
import dev.priok.model.api.volume.Volume;
import dev.priok.model.api.volume.VolumeCreateOptions;
import dev.priok.model.api.volume.VolumeListResponse;
import dev.priok.model.api.volume.VolumePruneResponse;

/** Volumes. */
public final class VolumesApi {
  private final Calls calls;

  VolumesApi(Calls calls) {
    this.calls = calls;
  }

  /** Makes a volume; one of that name and driver that is there already is answered. */
  public Volume create(VolumeCreateOptions options) {
    return calls.post("/volumes/create", new Query(), options, Volume.class);
  }

  /** Lists volumes. */
  public VolumeListResponse list(Filters filters) {
    return calls.get(
        "/volumes", new Query().add("filters", filters.toJson()), VolumeListResponse.class);
  }

  /** As {@link #list}, as the engine wrote it. */
  public JsonNode listJson(Filters filters) {
    return calls.get("/volumes", new Query().add("filters", filters.toJson()), JsonNode.class);
  }

  /** Everything about it. */
  public Volume inspect(String volume) {
    return calls.get(path(volume), new Query(), Volume.class);
  }

  /** As {@link #inspect}, as the engine wrote it. */
  public JsonNode inspectJson(String volume) {
    return calls.get(path(volume), new Query(), JsonNode.class);
  }

  /** Removes it with its data; {@code force} forgives that there is none. */
  public void remove(String volume, boolean force) {
    calls.run("DELETE", path(volume), new Query().flag("force", force));
  }

  /** Removes unused volumes that match; anonymous ones only, unless a filter says all. */
  public VolumePruneResponse prune(Filters filters) {
    return calls.post(
        "/volumes/prune", new Query().add("filters", filters.toJson()), VolumePruneResponse.class);
  }

  private static String path(String volume) {
    return "/volumes/" + Query.segment(volume);
  }
}
