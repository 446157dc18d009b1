package dev.priok.cli.container;

import dev.priok.cli.terminal.RawMode;
import dev.priok.cli.terminal.TerminalFiles;
import dev.priok.model.api.container.ContainerCreateRequest;
import dev.priok.model.api.container.ContainerCreateRequestBuilder;
import dev.priok.model.api.container.HostConfigBuilder;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** All that create and run take, and the request it makes. */
final class CreateOptions {
  @Mixin ProcessOptions process = new ProcessOptions();
  @Mixin LimitOptions limits = new LimitOptions();
  @Mixin StorageOptions storage = new StorageOptions();
  @Mixin NetworkOptions network = new NetworkOptions();

  @Option(
      names = "--cidfile",
      paramLabel = "string",
      description = "Write the container ID to the file.")
  @Nullable String cidfile;

  @Option(names = "--name", paramLabel = "string", description = "Assign a name to the container.")
  @Nullable String name;

  @Option(
      names = "--platform",
      paramLabel = "string",
      description = "Set platform if server is multi-platform capable.")
  @Nullable String platform;

  @Option(
      names = "--pull",
      paramLabel = "string",
      description = "Pull image before running: always, missing or never (default missing).")
  String pull = "missing";

  @Option(
      names = {"-q", "--quiet"},
      description = "Suppress the pull output.")
  boolean quiet;

  @Option(names = "--rm", description = "Automatically remove the container when it exits.")
  boolean remove;

  /** The request for {@code image} with {@code command}; {@code attached} says which streams. */
  ContainerCreateRequest request(
      String image, List<String> command, Streams attached, Map<String, String> environment)
      throws IOException {
    ContainerCreateRequestBuilder request = ContainerCreateRequestBuilder.builder();
    HostConfigBuilder host = HostConfigBuilder.builder();
    process.apply(request, host, environment);
    limits.apply(host, remove);
    storage.apply(request, host);
    network.apply(request, host);
    request
        .image(image)
        .cmd(command.isEmpty() ? null : command)
        .attachStdin(attached.stdin())
        .attachStdout(attached.stdout())
        .attachStderr(attached.stderr())
        .stdinOnce(process.interactive && attached.stdin());
    host.autoRemove(remove).containerIDFile(cidfile);
    if (process.tty && TerminalFiles.isTerminal(0)) {
      RawMode.Size size = RawMode.size();
      host.consoleSize(List.of(size.rows(), size.columns()));
    }
    return request.hostConfig(host.build()).build();
  }

  /** Which of the process's streams the user is attached to. */
  record Streams(boolean stdin, boolean stdout, boolean stderr) {
    boolean any() {
      return stdin || stdout || stderr;
    }
  }
}
