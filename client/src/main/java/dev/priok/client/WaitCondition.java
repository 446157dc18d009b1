package dev.priok.client;

/** What to wait for. */
public enum WaitCondition {
  /** It does not run; true at once for a stopped container. */
  NOT_RUNNING("not-running"),
  /** It ends the next time. */
  NEXT_EXIT("next-exit"),
  /** It is removed. */
  REMOVED("removed");

  private final String wire;

  WaitCondition(String wire) {
    this.wire = wire;
  }

  /** The name on the wire. */
  public String wire() {
    return wire;
  }
}
