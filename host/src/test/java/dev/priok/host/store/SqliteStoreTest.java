package dev.priok.host.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteStoreTest {
  record Pot(String name, int litres) {}

  @TempDir Path folder;

  @Test
  void recordsAreThereAfterReopening() {
    try (SqliteStore store = SqliteStore.open(folder.resolve("state.db"))) {
      Records<Pot> pots = store.records("pots", Pot.class);
      pots.put("a", new Pot("small", 1));
      pots.put("a", new Pot("large", 9));
      pots.put("b", new Pot("gone", 2));
      pots.remove("b");
      pots.remove("never there");
      assertThat(pots.get("a")).contains(new Pot("large", 9));
    }
    try (SqliteStore store = SqliteStore.open(folder.resolve("state.db"))) {
      assertThat(store.records("pots", Pot.class).all()).containsOnlyKeys("a");
    }
  }

  @Test
  void whatPutReturnedFromIsOnDiskWithoutClosing() throws Exception {
    Path file = folder.resolve("state.db");
    try (SqliteStore store = SqliteStore.open(file)) {
      store.records("pots", Pot.class).put("a", new Pot("small", 1));
      // What a killed process leaves: the database and its log as they are now.
      Path copy = Files.createDirectory(folder.resolve("copy"));
      Files.copy(file, copy.resolve("state.db"));
      Files.copy(Path.of(file + "-wal"), copy.resolve("state.db-wal"));
      try (SqliteStore found = SqliteStore.open(copy.resolve("state.db"))) {
        assertThat(found.records("pots", Pot.class).get("a")).isPresent();
      }
    }
  }

  @Test
  void whatIsRemovedSoonIsGoneAtOnceAndStaysGone() {
    Path file = folder.resolve("state.db");
    try (SqliteStore store = SqliteStore.open(file)) {
      Records<Pot> pots = store.records("pots", Pot.class);
      pots.put("a", new Pot("small", 1));
      pots.put("b", new Pot("large", 9));
      pots.removeSoon("a");
      assertThat(pots.all()).containsOnlyKeys("b");
      pots.removeSoon("b");
      pots.put("b", new Pot("again", 2)); // in the order of the calls
      assertThat(pots.all()).containsOnlyKeys("b");
    }
    try (SqliteStore store = SqliteStore.open(file)) {
      assertThat(store.records("pots", Pot.class).all())
          .isEqualTo(Map.of("b", new Pot("again", 2)));
    }
  }

  @Test
  void manyWritersAtOnceLoseNothing() throws Exception {
    try (SqliteStore store = SqliteStore.open(folder.resolve("state.db"))) {
      Records<Pot> pots = store.records("pots", Pot.class);
      List<Thread> writers = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        int number = i;
        writers.add(Thread.ofVirtual().start(() -> pots.put("pot" + number, new Pot("p", number))));
      }
      for (Thread writer : writers) {
        writer.join();
      }
      assertThat(pots.all()).hasSize(50);
    }
  }

  @Test
  void hundredsAreThereForWhoeverAsksFirst() {
    Path file = folder.resolve("state.db");
    try (SqliteStore store = SqliteStore.open(file)) {
      Records<Pot> pots = store.records("pots", Pot.class);
      for (int i = 0; i < 300; i++) {
        pots.put("pot" + i, new Pot("p", i));
      }
    }
    try (SqliteStore store = SqliteStore.open(file)) {
      Records<Pot> pots = store.records("pots", Pot.class);
      pots.put("pot299", new Pot("new", 0));
      assertThat(pots.all()).hasSize(300).containsEntry("pot299", new Pot("new", 0));
    }
  }

  @Test
  void aRecordThatCannotBeReadIsNamed() throws Exception {
    Path file = folder.resolve("state.db");
    try (SqliteStore store = SqliteStore.open(file)) {
      store.records("pots", Pot.class).put("a", new Pot("a", 1));
    }
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      statement.execute("UPDATE pots SET value = '{\"Litres\": \"many\"}'");
    }
    try (SqliteStore store = SqliteStore.open(file)) {
      Records<Pot> pots = store.records("pots", Pot.class);
      assertThatThrownBy(() -> pots.get("a"))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("record a of pots cannot be read: ");
    }
  }

  @Test
  void aClosedStoreRefuses() {
    SqliteStore store = SqliteStore.open(folder.resolve("state.db"));
    Records<Pot> pots = store.records("pots", Pot.class);
    store.close();
    assertThatThrownBy(() -> pots.put("a", new Pot("a", 1))).isInstanceOf(StoreException.class);
  }
}
