package dev.priok.engine.storage;

import dev.priok.host.store.Records;
import dev.priok.host.store.Store;
import java.util.Optional;

/** The durable record of the one migration there can be at a time. One of these a store. */
public final class Migrations {
  private static final String KEY = "current";

  private final Records<Migration> records;

  public Migrations(Store store) {
    this.records = store.records("storage_migration", Migration.class);
  }

  /** The one under way. */
  public Optional<Migration> pending() {
    return records.get(KEY);
  }

  void put(Migration migration) {
    records.put(KEY, migration);
  }

  void end() {
    records.remove(KEY);
  }
}
