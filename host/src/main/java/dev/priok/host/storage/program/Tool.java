package dev.priok.host.storage.program;

import dev.priok.host.archive.DiskWork;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.Io;
import dev.priok.kernel.call.PathText;
import dev.priok.kernel.fs.MemoryFile;
import dev.priok.kernel.process.Children;
import dev.priok.kernel.process.ExitStatus;
import dev.priok.kernel.process.Spawn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A program of the system, as {@code zfs} or {@code mkfs.ext4}. Its arguments are a list and reach
 * it as they are: no shell has a part in it. Safe for use by many threads.
 */
public final class Tool {
  /** Where such programs are, also for a daemon whose PATH a service manager cut short. */
  private static final String PLACES =
      "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  /** Sentences of programs are recognized and told in English. */
  private static final Map<String, String> ENVIRONMENT =
      Map.of("PATH", PLACES, "LC_ALL", "C", "TZ", "UTC");

  private final Path program;

  private Tool(Path program) {
    this.program = program;
  }

  /** The program of that name, if it is installed. */
  public static Optional<Tool> find(String name) {
    for (String folder : PLACES.split(":", -1)) {
      Path program = Path.of(folder, name);
      if (Files.isExecutable(program) && Files.isRegularFile(program)) {
        return Optional.of(new Tool(program));
      }
    }
    return Optional.empty();
  }

  /**
   * The program of that name.
   *
   * @throws IOException naming the package, if it is not installed
   */
  public static Tool mustFind(String name, String fromPackage) throws IOException {
    return find(name)
        .orElseThrow(() ->
            new IOException(
                "the program " + name + " is not installed (package " + fromPackage + ")"));
  }

  /** Runs it to its end and returns what it wrote to its standard output. */
  public String run(String... arguments) throws IOException {
    return run(List.of(arguments));
  }

  /**
   * As {@link #run(String...)}.
   *
   * @throws ToolException if it failed
   */
  public String run(List<String> arguments) throws IOException {
    return DiskWork.call(() -> {
      try (Fd output = MemoryFile.empty("stdout");
          Fd errors = MemoryFile.empty("stderr")) {
        int pid =
            new Spawn(program)
                .arguments(arguments)
                .environment(ENVIRONMENT)
                .directory(Path.of("/"))
                .descriptor(1, output)
                .descriptor(2, errors)
                .newSession()
                .start();
        ExitStatus end = Children.waitFor(pid);
        if (!end.isSuccess()) {
          String command = program.getFileName() + " " + String.join(" ", arguments);
          throw new ToolException(command, end.shellCode(), text(errors).strip());
        }
        return text(output);
      }
    });
  }

  private static String text(Fd file) throws IOException {
    Io.seek(file, 0);
    return PathText.decode(Io.input(file).readAllBytes());
  }

  @Override
  public String toString() {
    return program.toString();
  }
}
