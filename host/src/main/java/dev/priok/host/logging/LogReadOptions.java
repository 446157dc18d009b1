package dev.priok.host.logging;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which part of a log is wanted.
 *
 * @param since only lines written at or after it
 * @param until only lines written before or at it; ends a follow
 * @param tail number of last lines; negative for all
 * @param timestamps put the time before each line, as Docker writes it
 * @param details text to put before each line, after the time; null for none
 */
@RecordBuilder
public record LogReadOptions(
    boolean stdout,
    boolean stderr,
    @Nullable Instant since,
    @Nullable Instant until,
    long tail,
    boolean timestamps,
    @Nullable String details) {

  /** Everything. */
  public static LogReadOptions all() {
    return new LogReadOptions(true, true, null, null, -1, false, null);
  }
}
