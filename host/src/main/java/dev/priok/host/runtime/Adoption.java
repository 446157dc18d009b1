package dev.priok.host.runtime;

/** What a restarted daemon finds of a container it started before. */
public sealed interface Adoption {
  /**
   * It runs on.
   *
   * @param started false where it was created and still waits for its start
   */
  record Running(int pid, int conmonPid, boolean started, Attachment attachment)
      implements Adoption {}

  /** It ended meanwhile. */
  record Ended(ExitReport exit) implements Adoption {}

  /** Nothing of it is left that could tell, for instance after a reboot. */
  record Lost(String reason) implements Adoption {}
}
