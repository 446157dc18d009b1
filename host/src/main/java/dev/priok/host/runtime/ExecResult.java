package dev.priok.host.runtime;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What became of a further process in a running container. */
public sealed interface ExecResult {
  /**
   * It runs.
   *
   * @param attachment its streams; null where it runs detached
   * @param exit completes with the exit code, after the last output was delivered
   */
  record Running(int pid, @Nullable Attachment attachment, CompletionStage<Integer> exit)
      implements ExecResult {}

  /** The runtime said no; the exit code is 127, 126 or 128 as for a container. */
  record Refused(String message, int exitCode) implements ExecResult {}
}
