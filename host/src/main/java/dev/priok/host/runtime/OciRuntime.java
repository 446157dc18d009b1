package dev.priok.host.runtime;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A program that runs OCI bundles: runc, crun, or another one with their command line.
 *
 * @param name as users write it after {@code --runtime}
 * @param arguments global arguments that always come first ({@code runtimeArgs} of the daemon's
 *     configuration)
 */
public record OciRuntime(String name, Path path, List<String> arguments) {
  public OciRuntime {
    arguments = List.copyOf(arguments);
  }

  /** A runtime without arguments of its own. */
  public static OciRuntime of(String name, Path path) {
    return new OciRuntime(name, path, List.of());
  }

  /** Whether the program is crun, judged by its file name. */
  boolean isCrun() {
    return path.getFileName().toString().startsWith("crun");
  }

  /** Global arguments: state root, and where and how to log failures. */
  List<String> global(Path stateRoot, Path log) {
    List<String> all = new ArrayList<>(arguments);
    all.add("--root=" + stateRoot);
    all.add("--log=" + log);
    all.add("--log-format=json");
    return all;
  }
}
