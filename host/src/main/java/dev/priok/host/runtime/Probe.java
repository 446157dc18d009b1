package dev.priok.host.runtime;

import java.util.concurrent.CompletionStage;

/**
 * A probe under way. It ends with this daemon: a killed daemon leaves no probe behind, since nobody
 * would hear its answer.
 */
public interface Probe {
  /** Completes when the command runs, or could not be run. */
  CompletionStage<Start> started();

  /** Completes with the exit code when the command has ended; -1 where it never ran. */
  CompletionStage<Integer> exit();

  /** What it wrote so far, standard output and error in the order of writing. */
  byte[] output();

  /** Kills the command and what it started, unless that made a session of its own. */
  void kill();

  /** How the start went. */
  sealed interface Start {
    /** It runs as this process of the host. */
    record Running(int pid) implements Start {}

    /** It cannot be run; in the words of an OCI runtime. */
    record Refused(String message) implements Start {}
  }
}
