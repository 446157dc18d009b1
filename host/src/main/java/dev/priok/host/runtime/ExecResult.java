package dev.priok.host.runtime;

import java.util.concurrent.CompletionStage;

/** What became of a further process in a running container. */
public sealed interface ExecResult {
  /**
   * It runs.
   *
   * @param attachment its streams
   * @param exit completes with the exit code, after the last output was delivered
   */
  record Running(int pid, Attachment attachment, CompletionStage<Integer> exit)
      implements ExecResult {}

  /** The runtime said no; the exit code is 127, 126 or 128 as for a container. */
  record Refused(String message, int exitCode) implements ExecResult {}
}
