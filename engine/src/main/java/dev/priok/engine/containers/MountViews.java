package dev.priok.engine.containers;

import dev.priok.engine.containers.spec.SpecMount;
import dev.priok.engine.containers.spec.SpecMount.ReadOnlyDepth;
import dev.priok.engine.volumes.ResolvedMount;
import dev.priok.model.api.container.MountPoint;
import java.util.List;

/** A container's mounts as others want to see them: the API, and the OCI configuration. */
final class MountViews {
  private MountViews() {}

  static List<MountPoint> listed(List<ResolvedMount> mounts) {
    return mounts.stream().filter(ResolvedMount::listed).map(ResolvedMount::wire).toList();
  }

  static SpecMount spec(ResolvedMount mount) {
    if (mount.type() == ResolvedMount.Type.TMPFS) {
      return new SpecMount.Tmpfs(mount.destination(), String.join(",", mount.options()));
    }
    List<String> options = mount.options();
    return new SpecMount.Bind(
        mount.source(),
        mount.destination(),
        mount.readOnly(),
        mount.propagation().isEmpty() ? null : mount.propagation(),
        options.contains("rbind"),
        depth(options));
  }

  private static ReadOnlyDepth depth(List<String> options) {
    if (options.contains("ro-top")) {
      return ReadOnlyDepth.TOP_ONLY;
    }
    return options.contains("rro") ? ReadOnlyDepth.REQUIRED : ReadOnlyDepth.WHERE_POSSIBLE;
  }
}
