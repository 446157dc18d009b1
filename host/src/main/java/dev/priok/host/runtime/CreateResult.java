package dev.priok.host.runtime;

/** What became of making a container's first process. */
public sealed interface CreateResult {
  /** It waits to be started. */
  record Created(int pid, int conmonPid, Attachment attachment) implements CreateResult {}

  /**
   * The runtime said no; nothing is left of the attempt.
   *
   * @param message Docker's sentence
   * @param exitCode 127 where the program was not found, 126 where it may not be executed, else 128
   */
  record Refused(String message, int exitCode) implements CreateResult {}
}
