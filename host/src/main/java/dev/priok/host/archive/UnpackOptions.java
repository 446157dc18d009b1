package dev.priok.host.archive;

import org.jspecify.annotations.Nullable;

/**
 * How a tar is to be unpacked.
 *
 * @param whiteouts null: names that begin with {@code .wh.} are ordinary files
 * @param keepKinds refuse to put a directory in place of a file or a file in place of a directory
 * @param owner owner of everything instead of what the tar says
 * @param emptyRoot nothing is below the root, and nobody else looks there before all is unpacked:
 *     files may then be made side by side
 */
public record UnpackOptions(
    @Nullable Whiteouts whiteouts, boolean keepKinds, @Nullable Owner owner, boolean emptyRoot) {
  public static final UnpackOptions PLAIN = new UnpackOptions(null, false, null);

  public UnpackOptions(@Nullable Whiteouts whiteouts, boolean keepKinds, @Nullable Owner owner) {
    this(whiteouts, keepKinds, owner, false);
  }

  /** Numeric ids. */
  public record Owner(int uid, int gid) {}
}
