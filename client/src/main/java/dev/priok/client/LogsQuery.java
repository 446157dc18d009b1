package dev.priok.client;

import io.soabase.recordbuilder.core.RecordBuilder;
import org.jspecify.annotations.Nullable;

/** Which lines of a container's log to read; times are seconds since the epoch. */
@RecordBuilder
public record LogsQuery(
    boolean stdout,
    boolean stderr,
    boolean follow,
    boolean timestamps,
    boolean details,
    @Nullable String since,
    @Nullable String until,
    @Nullable String tail) {

  /** Both streams from the first line on, without waiting for more. */
  public static LogsQuery everything() {
    return new LogsQuery(true, true, false, false, false, null, null, null);
  }
}
