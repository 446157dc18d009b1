package dev.priok.engine.volumes;

import dev.priok.kernel.call.At;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.call.OpenFlags;
import dev.priok.model.api.container.MountPoint;
import dev.priok.model.api.container.MountPointBuilder;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One mount of a container, everything decided: part of the container's record.
 *
 * @param source path on the host; empty for tmpfs, and where only a plugin knows it before a run
 * @param destination clean absolute path in the container
 * @param propagation empty for volumes and tmpfs, where the default holds
 * @param options for the OCI configuration: {@code rbind}, {@code ro}, {@code size=64m}, ...
 * @param volume name of the volume, else empty
 * @param driver of the volume, else empty
 * @param subpath part of the volume or image that is mounted; empty for all of it. Resolved inside
 *     at every use: whoever writes the volume may put a link there
 * @param image id of the image for {@code type=image}, else empty; {@code layer} is the writable
 *     layer on top of it that this mount alone uses, and {@code imageName} what the user wrote
 * @param mode as the user wrote it after the second colon
 * @param copyUp fill the empty volume with what the image has there
 * @param createSource make a missing source directory, as for {@code -v}
 * @param anonymous the volume was made for this container alone
 * @param listed shown under Mounts by inspect; {@code --tmpfs} is not
 */
@RecordBuilder
public record ResolvedMount(
    Type type,
    String source,
    String destination,
    boolean readOnly,
    String propagation,
    List<String> options,
    String volume,
    String driver,
    String subpath,
    String image,
    String imageName,
    String layer,
    String mode,
    boolean copyUp,
    boolean createSource,
    boolean anonymous,
    boolean listed) {
  public ResolvedMount {
    options = options == null ? List.of() : List.copyOf(options);
    source = text(source);
    propagation = text(propagation);
    volume = text(volume);
    driver = !text(driver).isEmpty() || volume.isEmpty() ? text(driver) : LocalDriver.NAME;
    subpath = text(subpath);
    image = text(image);
    imageName = text(imageName);
    layer = text(layer);
    mode = text(mode);
  }

  /** Absent in a builder, and in records of before the member was known. */
  private static String text(@Nullable String value) {
    return value == null ? "" : value;
  }

  /** Kinds of mount; the names in lower case are the API's and the OCI's. */
  public enum Type {
    BIND("bind"),
    VOLUME("volume"),
    TMPFS("tmpfs"),
    IMAGE("image");

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
    return ResolvedMountBuilder.builder(this)
        .readOnly(ro)
        .options(changed)
        .copyUp(false)
        .layer("")
        .build();
  }

  /** With its place on this host, known now. */
  public ResolvedMount at(String place) {
    return ResolvedMountBuilder.builder(this).source(place).build();
  }

  /** With the layer that shows the image. */
  public ResolvedMount on(String newImage, String newLayer) {
    return ResolvedMountBuilder.builder(this).image(newImage).layer(newLayer).build();
  }

  /**
   * Opens the source, or the part of it that is mounted; a link inside that leads outside of the
   * source does not.
   *
   * @param flags of {@link OpenFlags}
   */
  public Fd open(int flags) throws LinuxException {
    if (subpath.isEmpty()) {
      return At.open(Path.of(source), flags);
    }
    try (Fd whole = At.open(Path.of(source), OpenFlags.PATH | OpenFlags.DIRECTORY)) {
      return At.openInRoot(whole, subpath, flags, 0);
    }
  }

  /** As inspect shows it. */
  public MountPoint wire() {
    boolean isVolume = type == Type.VOLUME;
    return MountPointBuilder.builder()
        .type(type.apiName())
        .name(isVolume ? volume : type == Type.IMAGE ? imageName : null)
        .source(source)
        .destination(destination)
        .driver(isVolume ? driver : null)
        .mode(mode)
        .rw(!readOnly)
        .propagation(propagation)
        .build();
  }
}
