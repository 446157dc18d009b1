package dev.priok.engine.disk;

import java.io.IOException;
import java.util.function.BooleanSupplier;

/**
 * Something that takes room: a container's layer, a volume.
 *
 * <p>A size that was measured holds as long as nobody can have changed it. That is told by two
 * things that cost microseconds where a walk over the files costs milliseconds or minutes: the
 * {@link #stamp}, and what a measurement left behind to look at again ({@link Size#unchanged}).
 */
public interface Sized {
  /** Names it among all: {@code volume/data}. */
  String key();

  /**
   * Differs whenever a process may have written since: who ran with it, and how much processor time
   * they have used. A process that got none wrote nothing.
   */
  Object stamp();

  /** Whether a process that may write to it is alive. */
  boolean inUse();

  /** Counts; as slow as there are files. */
  Size measure() throws IOException;

  /**
   * What was counted.
   *
   * @param bytes of files' content, each file once
   * @param unchanged looks quickly for signs that somebody changed it unseen by the engine
   */
  record Size(long bytes, BooleanSupplier unchanged) {
    /** Of what nobody can change behind the engine's back. */
    public static Size of(long bytes) {
      return new Size(bytes, () -> true);
    }
  }
}
