package dev.priok.host.archive;

/**
 * How a tree is to be packed.
 *
 * @param overlayMarks turn overlayfs's whiteouts and opaque directories into those of OCI
 * @param nanos keep nanoseconds of times, at the price of a PAX header for nearly every file;
 *     layers need them, the archives that Docker hands out never had them
 */
public record PackOptions(boolean overlayMarks, boolean nanos) {
  /** What {@code docker cp} and {@code docker export} send. */
  public static final PackOptions PLAIN = new PackOptions(false, false);

  /** A layer as it is, with exact times. */
  public static final PackOptions LAYER = new PackOptions(false, true);

  /** The upper directory of an overlay as a layer. */
  public static final PackOptions OVERLAY_LAYER = new PackOptions(true, true);
}
