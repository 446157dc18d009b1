package dev.priok.host.runtime;

import dev.priok.model.error.EngineException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where CRIU is, how a runtime that calls it finds it, and what it says when it fails.
 *
 * <p>Runtimes take the first {@code criu} of their PATH. It is looked for anew each time, so that a
 * daemon need not be restarted when it is installed.
 */
final class Criu {
  private static final Path OURS = Path.of("/usr/local/libexec/priok");

  /** As {@code (00.114041) Error (criu/net.c:3282): net: Locking network failed}. */
  private static final Pattern ERROR = Pattern.compile("\\([0-9.]+\\)\\s+Error \\([^)]*\\): (.*)");

  /** Errors that say that there was one, or that CRIU goes on after. */
  private static final Pattern EMPTY =
      Pattern.compile(
          "rlimit: Can't setup.*|exited, status=.*|Dumping FAILED.*|Restoring FAILED.*");

  private Criu() {}

  /** The folder of the program; refuses where there is none. */
  static Path folder() {
    return find(System.getenv("PATH"))
        .orElseThrow(() ->
            EngineException.notImplemented(
                "checkpoints need the program criu, and it is not installed: install the package"
                    + " criu"));
  }

  static Optional<Path> find(String path) {
    Set<Path> folders = new LinkedHashSet<>();
    folders.add(OURS);
    for (String each : ((path == null ? "" : path) + ":" + defaultPath()).split(":", -1)) {
      if (each.startsWith("/")) {
        folders.add(Path.of(each));
      }
    }
    return folders.stream()
        .filter(folder -> Files.isExecutable(folder.resolve("criu")))
        .findFirst();
  }

  private static String defaultPath() {
    return RuntimeCommand.ENVIRONMENT.getOrDefault("PATH", "");
  }

  /**
   * For a runtime that is to call it. Packets are held back with nftables while processes are
   * written down: that is what Priok needs anyway, where iptables may not be installed.
   */
  static Map<String, String> environment(Path bundle) throws IOException {
    Path configuration = bundle.resolve("criu.conf");
    Files.writeString(configuration, "network-lock nftables\n");
    return Map.of(
        "PATH",
        folder() + ":" + defaultPath(),
        "TZ",
        "UTC",
        "CRIU_CONFIG_FILE",
        configuration.toString());
  }

  /** Its first error in a log of its own; empty where there is none. */
  static String reason(Path log) throws IOException {
    try {
      List<String> lines =
          new String(Files.readAllBytes(log), StandardCharsets.ISO_8859_1).lines().toList();
      for (String line : lines) {
        Matcher error = ERROR.matcher(line);
        if (error.find() && !EMPTY.matcher(error.group(1)).matches()) {
          return error.group(1).strip();
        }
      }
      return "";
    } catch (NoSuchFileException e) {
      return ""; // it did not come as far
    }
  }
}
