package dev.priok.host.plugin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.priok.kernel.call.At;
import dev.priok.kernel.call.FileStat;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Finds plugins where Docker looks for them, in this order:
 *
 * <pre>
 *   /run/docker/plugins/NAME.sock        a socket that the plugin listens on
 *   /etc/docker/plugins/NAME.spec        a file that holds the address
 *   /etc/docker/plugins/NAME.json        the same as JSON: {"Name": "x", "Addr": "tcp://..."}
 *   /usr/lib/docker/plugins/NAME.spec    (and .json)
 * </pre>
 *
 * Each may also lie in a folder of the plugin's name: {@code /run/docker/plugins/NAME/NAME.sock}.
 */
public final class FindPlugin {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Path sockets;
  private final List<Path> specs;

  /** Looks in Docker's own places. */
  public FindPlugin() {
    this(
        Path.of("/run/docker/plugins"),
        List.of(Path.of("/etc/docker/plugins"), Path.of("/usr/lib/docker/plugins")));
  }

  FindPlugin(Path sockets, List<Path> specs) {
    this.sockets = sockets;
    this.specs = List.copyOf(specs);
  }

  /** The plugin of this name, if one is registered. */
  public Optional<PluginAddress> find(String name) throws PluginException {
    // The name becomes part of a path: it must be a single one.
    if (name.isEmpty()
        || name.contains("/")
        || name.indexOf('\0') >= 0
        || name.equals("..")
        || name.equals(".")) {
      return Optional.empty();
    }
    for (Path socket : places(sockets, name, ".sock")) {
      if (isSocket(socket)) {
        return Optional.of(PluginAddress.parse(name, "unix://" + socket));
      }
    }
    for (Path folder : specs) {
      for (Path spec : places(folder, name, ".spec")) {
        if (Files.exists(spec)) {
          return Optional.of(PluginAddress.parse(name, text(name, spec).strip()));
        }
      }
      for (Path spec : places(folder, name, ".json")) {
        if (Files.exists(spec)) {
          return Optional.of(json(name, spec));
        }
      }
    }
    return Optional.empty();
  }

  /** The names of all that are registered. */
  public SortedSet<String> names() throws IOException {
    SortedSet<String> names = new TreeSet<>();
    for (Path entry : entries(sockets)) {
      String file = String.valueOf(entry.getFileName());
      Path socket = Files.isDirectory(entry) ? entry.resolve(file + ".sock") : entry;
      if (isSocket(socket)) {
        names.add(stem(String.valueOf(socket.getFileName())));
      }
    }
    for (Path folder : specs) {
      for (Path entry : entries(folder)) {
        String file = String.valueOf(entry.getFileName());
        if (Files.isDirectory(entry)) {
          if (Files.exists(entry.resolve(file + ".spec"))
              || Files.exists(entry.resolve(file + ".json"))) {
            names.add(file);
          }
        } else if (file.endsWith(".spec") || file.endsWith(".json")) {
          names.add(stem(file));
        }
      }
    }
    return names;
  }

  private static PluginAddress json(String name, Path spec) throws PluginException {
    try {
      JsonNode document = JSON.readTree(text(name, spec));
      if (document.has("TLSConfig") && !document.get("TLSConfig").isNull()) {
        throw new PluginException(
            PluginException.Reason.UNREACHABLE,
            "plugin \"" + name + "\": TLS is not supported for plugins; use a unix socket");
      }
      return PluginAddress.parse(name, document.path("Addr").asText());
    } catch (PluginException e) {
      throw e;
    } catch (IOException e) {
      throw new PluginException(
          PluginException.Reason.UNREACHABLE,
          "plugin \"" + name + "\": " + spec + " is no JSON: " + e.getMessage(),
          e);
    }
  }

  private static String text(String name, Path file) throws PluginException {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new PluginException(
          PluginException.Reason.UNREACHABLE,
          "plugin \"" + name + "\": " + file + " cannot be read: " + e.getMessage(),
          e);
    }
  }

  private static List<Path> places(Path folder, String name, String extension) {
    return List.of(
        folder.resolve(name + extension), folder.resolve(name).resolve(name + extension));
  }

  private static List<Path> entries(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
      List<Path> result = new ArrayList<>();
      all.forEach(result::add);
      return result;
    }
  }

  private static String stem(String file) {
    int dot = file.lastIndexOf('.');
    return dot < 0 ? file : file.substring(0, dot);
  }

  private static boolean isSocket(Path path) {
    try {
      // A link to a socket will do: the folder is root's.
      return Files.exists(path)
          && At.stat(null, path.toRealPath().toString()).type() == FileStat.SOCKET;
    } catch (IOException gone) {
      return false;
    }
  }
}
