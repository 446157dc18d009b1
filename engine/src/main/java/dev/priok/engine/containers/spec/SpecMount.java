package dev.priok.engine.containers.spec;

import org.jspecify.annotations.Nullable;

/** A mount a container gets besides the standard ones. */
public sealed interface SpecMount {
  /** Absolute, inside the container. */
  String destination();

  /**
   * A directory or file of the host.
   *
   * @param propagation null for Docker's default, {@code rprivate}
   * @param recursive whether mounts below the source come along
   * @param readOnlyDepth how far read-only reaches; without meaning where {@code readOnly} is false
   */
  record Bind(
      String source,
      String destination,
      boolean readOnly,
      @Nullable String propagation,
      boolean recursive,
      ReadOnlyDepth readOnlyDepth)
      implements SpecMount {

    public static Bind of(String source, String destination, boolean readOnly) {
      return new Bind(source, destination, readOnly, null, true, ReadOnlyDepth.WHERE_POSSIBLE);
    }
  }

  /** Memory; {@code options} as in {@code --tmpfs path:options}, possibly empty. */
  record Tmpfs(String destination, String options) implements SpecMount {}

  /** Whether the mounts below a read-only bind are read-only too. */
  enum ReadOnlyDepth {
    /** Recursively where the kernel can, as Docker does by default. */
    WHERE_POSSIBLE,
    TOP_ONLY,
    /** Refused where the kernel cannot. */
    REQUIRED
  }
}
