package dev.priok.engine.volumes;

import dev.priok.engine.Filters;
import dev.priok.model.api.volume.Volume;
import dev.priok.model.api.volume.VolumeCreateOptions;
import dev.priok.model.api.volume.VolumeListResponse;
import dev.priok.model.api.volume.VolumePruneResponse;

/** Everything the Engine API does with volumes. Unknown ones: {@code get X: no such volume}. */
public interface Volumes {
  VolumeListResponse list(Filters filters);

  Volume create(VolumeCreateOptions options);

  Volume inspect(String name);

  void remove(String name, boolean force);

  /** From API 1.42 only anonymous volumes go unless the filter {@code all} says otherwise. */
  VolumePruneResponse prune(Filters filters, boolean namedToo);
}
