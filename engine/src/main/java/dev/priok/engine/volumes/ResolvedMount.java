package dev.priok.engine.volumes;

import dev.priok.model.api.container.MountPoint;
import dev.priok.model.api.container.MountPointBuilder;
import java.util.ArrayList;
import java.util.List;

/**
 * One mount of a container, everything decided: part of the container's record.
 *
 * @param source path on the host; empty for tmpfs
 * @param destination clean absolute path in the container
 * @param propagation empty for volumes and tmpfs, where the default holds
 * @param options for the OCI configuration: {@code rbind}, {@code ro}, {@code size=64m}, ...
 * @param volume name of the volume, else empty
 * @param mode as the user wrote it after the second colon
 * @param copyUp fill the empty volume with what the image has there
 * @param createSource make a missing source directory, as for {@code -v}
 * @param anonymous the volume was made for this container alone
 * @param listed shown under Mounts by inspect; {@code --tmpfs} is not
 */
public record ResolvedMount(
    Type type,
    String source,
    String destination,
    boolean readOnly,
    String propagation,
    List<String> options,
    String volume,
    String mode,
    boolean copyUp,
    boolean createSource,
    boolean anonymous,
    boolean listed) {
  public ResolvedMount {
    options = List.copyOf(options);
  }

  /** Kinds of mount; the names in lower case are the API's and the OCI's. */
  public enum Type {
    BIND("bind"),
    VOLUME("volume"),
    TMPFS("tmpfs");

    private final String apiName;

    Type(String apiName) {
      this.apiName = apiName;
    }

    public String apiName() {
      return apiName;
    }
  }

  /** The same mount in another container, perhaps read-only there ({@code --volumes-from}). */
  ResolvedMount inherited(boolean alsoReadOnly) {
    boolean ro = readOnly || alsoReadOnly;
    List<String> changed = new ArrayList<>(options);
    if (ro && !readOnly) {
      changed.remove("rw");
      changed.add("ro");
    }
    return new ResolvedMount(
        type,
        source,
        destination,
        ro,
        propagation,
        changed,
        volume,
        mode,
        false,
        createSource,
        anonymous,
        listed);
  }

  /** As inspect shows it. */
  public MountPoint wire() {
    boolean isVolume = type == Type.VOLUME;
    return MountPointBuilder.builder()
        .type(type.apiName())
        .name(isVolume ? volume : null)
        .source(source)
        .destination(destination)
        .driver(isVolume ? "local" : null)
        .mode(mode)
        .rw(!readOnly)
        .propagation(propagation)
        .build();
  }
}
