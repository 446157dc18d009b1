package dev.priok.engine.storage;

/**
 * The record of a migration that is under way. While it is there no daemon may start: containers
 * would change behind the copies' back.
 *
 * @param from driver that has everything
 * @param to driver that is to have it
 */
public record Migration(String from, String to, Phase phase) {
  /** Until everything is copied and verified nothing old is touched, and it can be given up. */
  public enum Phase {
    COPYING,
    DROPPING
  }

  /** What to do about it, for a refusal. */
  public String advice() {
    return "a migration of the storage from "
        + from
        + " to "
        + to
        + " was not completed: finish it with 'priok storage migrate --to "
        + to
        + "'"
        + (phase == Phase.COPYING ? ", or give it up with 'priok storage migrate --abort'" : "");
  }
}
