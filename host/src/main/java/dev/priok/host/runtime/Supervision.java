package dev.priok.host.runtime;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.nio.file.Path;

/**
 * How one container's processes are run and watched; what the engine must know again after a
 * restart of the daemon.
 *
 * @param id the container's id; names its bundle, state and exit file
 * @param runtime name of the OCI runtime, never empty
 * @param cgroupPath as in the bundle's configuration: absolute in the cgroup file system
 * @param log the file conmon writes; its directory exists
 * @param terminal whether the container has a TTY
 * @param stdin whether its standard input is open (OpenStdin)
 * @param stdinOnce whether the input ends with the first client that had it (StdinOnce)
 */
@RecordBuilder
public record Supervision(
    String id,
    String runtime,
    String cgroupPath,
    Path log,
    LogLimits logLimits,
    boolean terminal,
    boolean stdin,
    boolean stdinOnce) {

  /**
   * When a log is rotated.
   *
   * @param maxBytes size of one file; 0 means never
   * @param maxFiles number of files kept, the present one included
   * @param packed whether the files that are not written any more are compressed
   */
  public record LogLimits(long maxBytes, int maxFiles, boolean packed) {
    public static final LogLimits NONE = new LogLimits(0, 1, false);

    /** No log at all. */
    public static final LogLimits DISCARD = new LogLimits(-1, 0, false);

    boolean discards() {
      return maxBytes < 0;
    }
  }
}
