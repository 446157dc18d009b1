package dev.priok.host.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.priok.model.api.Json;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConfig;

/**
 * Records in one SQLite database.
 *
 * <p>One platform thread owns the connection and writes. It takes whatever has queued up while the
 * last commit was on its way to the disk and commits that as one transaction, so that twenty
 * callers at once wait for one or two syncs and not for twenty. Records are read from memory: the
 * whole of a host's state is a few megabytes, and a list of containers must not wait for a disk.
 */
public final class SqliteStore implements Store {
  private static final Pattern KIND = Pattern.compile("[a-z_]+");

  /** Bytes: some thousand commits' worth of the log, some hundred records' of the database. */
  private static final int RESERVE = 1 << 20;

  /** The code of a disk or database that is full (https://sqlite.org/rescode.html#full). */
  private static final int SQLITE_FULL = 13;

  private static final Logger LOG = LoggerFactory.getLogger(SqliteStore.class);

  private final Path file;
  private final Connection connection;
  private final BlockingQueue<Change> queue = new LinkedBlockingQueue<>();
  private final Map<String, MemoryRecords<?>> kinds = new ConcurrentHashMap<>();
  private final Map<String, PreparedStatement> statements = new HashMap<>();
  private final Thread writer;

  private SqliteStore(Path file, Connection connection) {
    this.file = file;
    this.connection = connection;
    this.writer = Thread.ofPlatform().name("store-writer").daemon(true).start(this::writeLoop);
  }

  /** Opens the database, making it where there is none; an interrupted commit is rolled back. */
  public static SqliteStore open(Path file) {
    SQLiteConfig config = new SQLiteConfig();
    config.setJournalMode(SQLiteConfig.JournalMode.WAL);
    // FULL syncs the log at each commit; NORMAL may lose the last commits when power fails
    // (https://sqlite.org/pragma.html#pragma_synchronous).
    config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
    config.setBusyTimeout(5_000);
    try {
      Connection connection = config.createConnection("jdbc:sqlite:" + file);
      connection.setAutoCommit(true);
      return new SqliteStore(file, connection);
    } catch (SQLException e) {
      throw new StoreException("cannot open the database " + file + ": " + e.getMessage(), e);
    }
  }

  @Override
  public <T> Records<T> records(String kind, Class<T> type) {
    if (!KIND.matcher(kind).matches()) {
      throw new IllegalArgumentException("not a kind of record: " + kind);
    }
    MemoryRecords<T> records = new MemoryRecords<>(this, kind, type);
    if (kinds.putIfAbsent(kind, records) != null) {
      throw new IllegalStateException("records of kind " + kind + " are open already");
    }
    List<StoredRecord> stored = new ArrayList<>();
    // Reading runs on the writer thread, which owns the connection.
    await(new Change(() -> read(kind, stored), null));
    records.decode(stored);
    return records;
  }

  private void read(String kind, List<StoredRecord> stored) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE IF NOT EXISTS "
              + kind
              + " (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID");
      try (ResultSet rows = statement.executeQuery("SELECT key, value FROM " + kind)) {
        while (rows.next()) {
          stored.add(new StoredRecord(rows.getString(1), rows.getString(2)));
        }
      }
    }
  }

  <T> void put(MemoryRecords<T> records, String key, T value) {
    String json;
    try {
      json = Json.mapper().writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new StoreException("cannot write " + records.kind() + " " + key + " as JSON", e);
    }
    String sql =
        "INSERT INTO "
            + records.kind()
            + " (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value";
    await(
        new Change(
            () -> {
              PreparedStatement statement = prepared(sql);
              statement.setString(1, key);
              statement.setString(2, json);
              statement.executeUpdate();
            },
            () -> records.loaded(key, value)));
  }

  void remove(MemoryRecords<?> records, String key) {
    await(new Change(deletion(records, key), () -> records.dropped(key)));
  }

  void removeSoon(MemoryRecords<?> records, String key) {
    Change change = new Change(deletion(records, key), null);
    records.dropped(key);
    change.done.exceptionally(e -> {
      LOG.warn("{} {} is not removed from {} yet", records.kind(), key, file, e);
      return null;
    });
    add(change);
  }

  private Work deletion(MemoryRecords<?> records, String key) {
    String sql = "DELETE FROM " + records.kind() + " WHERE key = ?";
    return () -> {
      PreparedStatement statement = prepared(sql);
      statement.setString(1, key);
      statement.executeUpdate();
    };
  }

  /**
   * Takes room on the disk for the commits of a full one: so that containers can end and be removed
   * there, which is what frees it. Pages that were written and are free again lie in the database
   * for it to grow into, and the log's file can be written over from its start. Some milliseconds,
   * after which this returns; a disk that is full already keeps what it has.
   */
  public void reserve() {
    try {
      // Two commits: pages that one commit takes and frees are never written.
      await(
          change(
              "CREATE TABLE IF NOT EXISTS reserve_of_room (filler BLOB)",
              "INSERT INTO reserve_of_room VALUES (zeroblob(" + RESERVE + "))"));
      Change drop = change("DROP TABLE reserve_of_room");
      drop.after = this::emptyLog;
      await(drop);
    } catch (StoreException e) {
      LOG.warn("no room is reserved for {}: {}", file, e.getMessage());
    }
  }

  private Change change(String... statements) {
    return new Change(
        () -> {
          try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
              statement.execute(sql);
            }
          }
        },
        null);
  }

  private PreparedStatement prepared(String sql) throws SQLException {
    PreparedStatement statement = statements.get(sql);
    if (statement == null) {
      statement = connection.prepareStatement(sql);
      statements.put(sql, statement);
    }
    return statement;
  }

  private void add(Change change) {
    if (!writer.isAlive()) {
      throw new StoreException(
          "the database " + file + " is closed", new IllegalStateException("closed"));
    }
    queue.add(change);
  }

  private void await(Change change) {
    add(change);
    try {
      change.done.join();
    } catch (CompletionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new StoreException("cannot write to " + file + ": " + cause.getMessage(), cause);
    }
  }

  private void writeLoop() {
    List<Change> batch = new ArrayList<>();
    boolean open = true;
    while (open) {
      batch.clear();
      try {
        batch.add(queue.take());
      } catch (InterruptedException e) {
        return;
      }
      queue.drainTo(batch);
      open = batch.stream().noneMatch(c -> c.last);
      commit(batch);
    }
  }

  private void commit(List<Change> batch) {
    try {
      write(batch);
    } catch (SQLException e) {
      rollBack();
      if (!retried(batch, e)) {
        batch.forEach(c -> c.done.completeExceptionally(e));
        return;
      }
    }
    for (Change change : batch) {
      if (change.applied != null) {
        change.applied.run();
      }
      if (change.after != null) {
        after(change.after);
      }
      change.done.complete(null);
    }
  }

  private void write(List<Change> batch) throws SQLException {
    connection.setAutoCommit(false);
    for (Change change : batch) {
      change.work.run();
    }
    connection.commit();
  }

  /** What goes on outside of transactions; the change is durable whatever comes of it. */
  private void after(Work work) {
    try {
      connection.setAutoCommit(true);
      work.run();
    } catch (SQLException e) {
      LOG.warn("the log of {} is not emptied: {}", file, e.getMessage());
    }
  }

  /** On a full disk once more, from the beginning of the log, where its file has room already. */
  private boolean retried(List<Change> batch, SQLException why) {
    if (why.getErrorCode() != SQLITE_FULL) {
      return false;
    }
    try {
      emptyLog();
      write(batch);
      return true;
    } catch (SQLException e) {
      why.addSuppressed(e);
      rollBack();
      return false;
    }
  }

  /**
   * Writes what is in the log into the database, so that the next commit begins at the log's start.
   * Outside of a transaction.
   */
  private void emptyLog() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA wal_checkpoint(RESTART)");
    }
  }

  /**
   * Leaves no transaction behind. After some errors, a full disk for one, SQLite has rolled back by
   * itself; the driver does not know, and the next changes would be written one by one and then
   * reported as failed. Leaving its transaction mode makes it begin a new one next time.
   */
  private void rollBack() {
    try {
      connection.rollback();
    } catch (SQLException e) {
      LOG.debug("{} has rolled back already", file, e);
    }
    try {
      connection.setAutoCommit(true);
    } catch (SQLException e) {
      LOG.debug("{} had no transaction", file, e);
    }
  }

  @Override
  public void close() {
    if (!writer.isAlive()) {
      return;
    }
    Change last = new Change(() -> {}, null, true);
    queue.add(last);
    last.done.join();
    try {
      for (PreparedStatement statement : statements.values()) {
        statement.close();
      }
      connection.close();
    } catch (SQLException e) {
      throw new StoreException("cannot close " + file, e);
    }
  }

  @FunctionalInterface
  private interface Work {
    void run() throws SQLException;
  }

  private static final class Change {
    final Work work;
    final @Nullable Runnable applied;
    final boolean last;
    @Nullable Work after;
    final CompletableFuture<@Nullable Void> done = new CompletableFuture<>();

    Change(Work work, @Nullable Runnable applied) {
      this(work, applied, false);
    }

    Change(Work work, @Nullable Runnable applied, boolean last) {
      this.work = work;
      this.applied = applied;
      this.last = last;
    }
  }
}
