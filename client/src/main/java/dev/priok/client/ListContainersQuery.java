package dev.priok.client;

import io.soabase.recordbuilder.core.RecordBuilder;
import org.jspecify.annotations.Nullable;

/** Which containers to list; without a limit all that match. */
@RecordBuilder
public record ListContainersQuery(
    boolean all, boolean size, @Nullable Integer limit, Filters filters) {

  /** The running ones. */
  public static ListContainersQuery running() {
    return new ListContainersQuery(false, false, null, Filters.none());
  }

  /** All of them, whatever their state. */
  public static ListContainersQuery everything() {
    return new ListContainersQuery(true, false, null, Filters.none());
  }
}
