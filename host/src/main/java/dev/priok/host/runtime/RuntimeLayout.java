package dev.priok.host.runtime;

import dev.priok.model.error.EngineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Where things are under the daemon's {@code --exec-root}, a directory in memory that a reboot
 * empties, as it ends the processes.
 *
 * <pre>
 * bundles/ID/            config.json, pid, attach and ctl of the supervisor
 * bundles/ID/execs/EXEC/ the same for an exec, and its exit code
 * exits/ID               exit code, until acknowledged
 * runtime/NAME/ID/       state of the OCI runtime
 * </pre>
 */
final class RuntimeLayout {
  private static final Pattern SAFE = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}");

  /** In a bundle: a folder for each exec. */
  static final String EXECS = "execs";

  private final Path root;

  RuntimeLayout(Path execRoot) throws IOException {
    this.root = execRoot.toAbsolutePath().normalize();
    for (Path directory : List.of(bundles(), exits(), root.resolve("runtime"))) {
      Files.createDirectories(directory);
    }
    Files.setPosixFilePermissions(bundles(), PosixFilePermissions.fromString("rwx------"));
  }

  Path exits() {
    return root.resolve("exits");
  }

  Path exit(String id) {
    return exits().resolve(safe(id));
  }

  Path bundle(String id) {
    return bundles().resolve(safe(id));
  }

  Path exec(String id, String execId) {
    return bundle(id).resolve(EXECS).resolve(safe(execId));
  }

  Path stateRoot(OciRuntime runtime) {
    return root.resolve("runtime").resolve(safe(runtime.name()));
  }

  Path state(OciRuntime runtime, String id) {
    return stateRoot(runtime).resolve(safe(id));
  }

  /** Ids that have a bundle. */
  Set<String> ids() {
    try (Stream<Path> entries = Files.list(bundles())) {
      Set<String> ids = new TreeSet<>();
      entries.forEach(entry -> ids.add(entry.getFileName().toString()));
      return ids;
    } catch (IOException e) {
      throw EngineException.internal("cannot list " + bundles(), e);
    }
  }

  private Path bundles() {
    return root.resolve("bundles");
  }

  private static String safe(String name) {
    if (!SAFE.matcher(name).matches()) {
      throw EngineException.invalid("'%s' cannot name a container, exec or runtime", name);
    }
    return name;
  }

  /** Removes a tree of our own; links in it are removed, not followed. */
  static void removeTree(Path tree) throws IOException {
    try (Stream<Path> paths = Files.walk(tree)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (NoSuchFileException e) {
      return; // nothing there, or somebody else was faster
    }
  }
}
