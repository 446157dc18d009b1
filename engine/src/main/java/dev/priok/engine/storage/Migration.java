package dev.priok.engine.storage;

import dev.priok.host.store.Records;
import dev.priok.host.store.Store;
import java.util.Optional;

/**
 * The record of a migration that is under way. While it is there no daemon may start: containers
 * would change behind the copies' back.
 *
 * @param from driver that has everything
 * @param to driver that is to have it
 */
public record Migration(String from, String to, Phase phase) {
  private static final String KIND = "storage_migration";
  private static final String KEY = "current";

  /** Until everything is copied and verified nothing old is touched, and it can be given up. */
  public enum Phase {
    COPYING,
    DROPPING
  }

  static Records<Migration> records(Store store) {
    return store.records(KIND, Migration.class);
  }

  /** The one under way. */
  public static Optional<Migration> pending(Store store) {
    return records(store).get(KEY);
  }

  static void put(Store store, Migration migration) {
    records(store).put(KEY, migration);
  }

  static void end(Store store) {
    records(store).remove(KEY);
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
