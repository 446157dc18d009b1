package dev.priok.daemon;

import dev.priok.engine.storage.CheckStorage;
import dev.priok.engine.storage.Finding;
import dev.priok.engine.storage.ListDrivers;
import dev.priok.engine.storage.MigrateStorage;
import dev.priok.engine.storage.Migration;
import dev.priok.engine.storage.Migrations;
import dev.priok.engine.storage.StorageException;
import dev.priok.host.archive.IdMap;
import dev.priok.host.storage.RemappedStorage;
import dev.priok.host.storage.StorageDriver;
import dev.priok.host.storage.choice.StorageDrivers;
import dev.priok.host.store.Blobs;
import dev.priok.host.store.SqliteStore;
import dev.priok.host.store.StoreException;
import dev.priok.model.error.EngineException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code priok storage ls|migrate|check|repair}, on a data root that no daemon uses. It understands
 * the daemon's own options and daemon.json, so that it finds the same data root, the same driver
 * and the same user namespace.
 */
final class StorageVerbs {
  private static final String USAGE =
      """
      Usage:  priok storage COMMAND [OPTIONS]

      Looks after the images and containers of a stopped daemon

      Commands:
        ls        The storage drivers: whether they work here, and which have layers
        migrate   Take images and stopped containers along to another driver
        check     Compare the layers with the records; changes nothing
        repair    The same, and cures what can be cured

      Options:
            --to DRIVER              migrate: where everything goes
            --dry-run                migrate: only say what would be done, and the bytes needed
            --abort                  migrate: give up one that was not completed
            --content                check, repair: read every file of every image layer
        -s, --storage-driver DRIVER  The driver looked at (default: the one with layers)
            --data-root DIR          Default: as priokd's
            and priokd's --config-file, --storage-opt, --userns-remap

      'migrate' may be killed at any time: the same command goes on where it was.
      Exit status: 0; 1 for a refusal or, with 'check', where something differs.
      """;

  private final String verb;
  private final Wishes wishes;
  private final Path root;
  private final DaemonConfig config;
  private final IdMap ids;
  private final PrintStream out;

  private StorageVerbs(String verb, Wishes wishes, DaemonConfig config, PrintStream out)
      throws IOException {
    this.verb = verb;
    this.wishes = wishes;
    this.config = config;
    this.ids = UsernsRemap.of(config.usernsRemap());
    this.out = out;
    if (!Files.isDirectory(config.dataRoot())) {
      throw new StorageException("there is no data root at " + config.dataRoot());
    }
    this.root = UsernsRemap.folder(config.dataRoot().toRealPath(), ids);
  }

  /** Options of the verbs; what is left is the daemon's. */
  private record Wishes(
      @Nullable String to, boolean dryRun, boolean abort, boolean content, List<String> rest) {
    static Wishes of(List<String> words) throws StorageException {
      String to = null;
      boolean dryRun = false;
      boolean abort = false;
      boolean content = false;
      List<String> rest = new ArrayList<>();
      for (int i = 0; i < words.size(); i++) {
        String word = words.get(i);
        if (word.equals("--to")) {
          i++;
          if (i == words.size()) {
            throw new StorageException("--to needs the name of a storage driver");
          }
          to = words.get(i);
        } else if (word.startsWith("--to=")) {
          to = word.substring("--to=".length());
        } else if (word.equals("--dry-run")) {
          dryRun = true;
        } else if (word.equals("--abort")) {
          abort = true;
        } else if (word.equals("--content")) {
          content = true;
        } else {
          rest.add(word);
        }
      }
      return new Wishes(to, dryRun, abort, content, rest);
    }
  }

  /** Runs one verb; its exit status. */
  static int run(List<String> words, PrintStream out, PrintStream err) {
    if (words.isEmpty() || words.contains("--help") || words.contains("-h")) {
      out.print(USAGE);
      return 0;
    }
    try {
      Wishes wishes = Wishes.of(words.subList(1, words.size()));
      CommandLineOptions options =
          CommandLineOptions.parse(wishes.rest().toArray(String[]::new), err);
      if (options == null) {
        return 1;
      }
      DaemonConfig config = Configuration.read(options).config();
      Logging.configure(config);
      return new StorageVerbs(words.getFirst(), wishes, config, out).run();
    } catch (StartRefusedException | EngineException | StoreException | IOException e) {
      err.println("priok storage: " + e.getMessage());
      return 1;
    }
  }

  private int run() throws IOException {
    switch (verb) {
      case "ls", "migrate", "check", "repair" -> {}
      default ->
          throw new StorageException(
              "unknown command: " + verb + ". Run 'priok storage --help' for more information");
    }
    if (!Files.exists(root.resolve("priok.db"))) {
      throw new StorageException(root + " is no data root of priokd: it has no priok.db");
    }
    try (DataRootLock _ = DataRootLock.take(root);
        SqliteStore store = open()) {
      Blobs blobs = new Blobs(root.resolve("content"));
      Migrations migrations = new Migrations(store);
      return switch (verb) {
        case "ls" -> list(migrations);
        case "migrate" -> migrate(store, migrations, blobs);
        default -> check(store, migrations, blobs);
      };
    }
  }

  private SqliteStore open() throws IOException {
    NativeLibraries.keepUnder(root);
    return SqliteStore.open(root.resolve("priok.db"));
  }

  private int list(Migrations migrations) throws IOException {
    String format = "%-16s %-8s %s%n";
    out.printf(format, "DRIVER", "LAYERS", "USABLE");
    for (ListDrivers.Row row : ListDrivers.of(root)) {
      out.printf(
          format,
          row.name(),
          row.hasLayers() ? "yes" : "no",
          row.reason().isEmpty() ? "yes" : "no: " + row.reason());
    }
    migrations.pending().ifPresent(migration -> out.println(migration.advice()));
    return 0;
  }

  private int migrate(SqliteStore store, Migrations migrations, Blobs blobs) throws IOException {
    MigrateStorage migrate =
        new MigrateStorage(
            root, store, migrations, blobs, name -> driver(name, name), out::println);
    if (wishes.abort()) {
      migrate.abort();
      return 0;
    }
    String to = wishes.to();
    if (to == null || !new StorageDrivers().names().contains(to)) {
      throw new StorageException(
          "migrate needs --to with one of " + String.join(", ", new StorageDrivers().names()));
    }
    Optional<Migration> pending = migrations.pending();
    String from = pending.isPresent() ? pending.get().from() : present();
    if (wishes.dryRun()) {
      MigrateStorage.Plan plan = migrate.plan(from, to);
      out.printf(
          "from %s to %s: %d image layers, %d containers%nbytes needed: about %d, free: %d%n",
          plan.from(),
          plan.to(),
          plan.imageLayers(),
          plan.containers(),
          plan.bytesNeeded(),
          plan.bytesFree());
      return 0;
    }
    migrate.migrate(from, to);
    out.println("done: everything is in " + to);
    String configured = config.storageDriver();
    if (configured != null && !configured.equals(to)) {
      out.println("the daemon is told to use " + configured + ": set storage-driver to " + to);
    }
    return 0;
  }

  private int check(SqliteStore store, Migrations migrations, Blobs blobs) throws IOException {
    Optional<Migration> pending = migrations.pending();
    if (pending.isPresent()) {
      throw new StorageException(pending.get().advice());
    }
    try (StorageDriver driver = driver(config.storageDriver(), present())) {
      CheckStorage check = new CheckStorage(root, store, blobs, driver, wishes.content());
      boolean repair = verb.equals("repair");
      List<Finding> findings = repair ? check.repair() : check.check();
      for (Finding finding : findings) {
        String cure = finding.isCurable() ? finding.cure() : "cannot be repaired";
        out.println(finding.kind() + " " + finding.what() + "; repair " + cure);
      }
      if (repair) {
        findings = findings.isEmpty() ? findings : check.check();
      }
      out.println(
          findings.isEmpty()
              ? driver.name() + ": everything is as the records say"
              : driver.name() + ": " + findings.size() + " of these remain");
      return findings.isEmpty() ? 0 : 1;
    }
  }

  /** The driver that the daemon would take. */
  private String present() throws IOException {
    try (StorageDriver driver =
        new StorageDrivers().open(config.storageDriver(), root, config.storageOpts())) {
      return driver.name();
    }
  }

  private StorageDriver driver(@Nullable String name, String otherwise) throws IOException {
    String chosen = name == null || name.isEmpty() ? otherwise : name;
    // options belong to the driver that the daemon is configured for, not to the other one
    boolean configured = config.storageDriver() == null || chosen.equals(config.storageDriver());
    String prefix = StorageDrivers.optionPrefix(chosen);
    List<String> options =
        configured
            ? config.storageOpts().stream().filter(o -> o.startsWith(prefix)).toList()
            : List.of();
    StorageDriver driver = new StorageDrivers().open(chosen, root, options);
    return ids.isNone() ? driver : new RemappedStorage(driver, ids);
  }
}
