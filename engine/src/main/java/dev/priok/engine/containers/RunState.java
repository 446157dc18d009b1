package dev.priok.engine.containers;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.priok.engine.health.HealthState;
import dev.priok.engine.networks.ContainerNetworks.Plugged;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where a container stands, as its record keeps it.
 *
 * @param pid of the container's first process as the host sees it; 0 while it does not run
 * @param exitCode of the last run; 128+n where signal n ended it
 * @param error why the last start failed; empty where it did not
 * @param stopAsked the user stopped it, so that a restart policy leaves it alone
 * @param restarts how often the policy has decided to start it again since the user did
 * @param startedAt of the last run; null before the first
 * @param finishedAt of the last run; null before its end
 * @param plugged what networking gave the present run; null while it does not run
 * @param health what checks had shown when the record was last written; null where none ever ran.
 *     Of a running container the checks themselves know better
 */
@RecordBuilder
public record RunState(
    Status status,
    int pid,
    int exitCode,
    String error,
    boolean oomKilled,
    boolean stopAsked,
    int restarts,
    @Nullable Instant startedAt,
    @Nullable Instant finishedAt,
    @Nullable Plugged plugged,
    @Nullable HealthState health) {

  public static final RunState CREATED =
      new RunState(Status.CREATED, 0, 0, "", false, false, 0, null, null, null, null);

  /** The API's words for it are the lower-case names. */
  public enum Status {
    CREATED,
    RUNNING,
    PAUSED,
    RESTARTING,
    REMOVING,
    EXITED,
    DEAD;

    public String apiName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** True while a process of the container exists. */
  @JsonIgnore
  public boolean isAlive() {
    return status == Status.RUNNING || status == Status.PAUSED;
  }
}
