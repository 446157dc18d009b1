package dev.priok.client;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * What lies at a path inside a container; {@code mode} has the bits of Go's {@code os.FileMode}, in
 * which the kind stands at the top.
 */
public record PathStat(
    @JsonProperty("name") @Nullable String name,
    @JsonProperty("size") long size,
    @JsonProperty("mode") long mode,
    @JsonProperty("mtime") @Nullable String mtime,
    @JsonProperty("linkTarget") @Nullable String linkTarget) {
  private static final long GO_DIRECTORY = 1L << 31;
  private static final long GO_SYMLINK = 1L << 27;

  /** True for a directory. */
  public boolean isDirectory() {
    return (mode & GO_DIRECTORY) != 0;
  }

  /** True for a symbolic link. */
  public boolean isSymlink() {
    return (mode & GO_SYMLINK) != 0;
  }
}
