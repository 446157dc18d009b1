package dev.priok.cli.image;

import dev.priok.cli.CliException;
import dev.priok.cli.Command;
import dev.priok.cli.Session;
import dev.priok.cli.terminal.TerminalFiles;
import dev.priok.client.ImportQuery;
import dev.priok.client.streams.ProgressStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code priok import}: import the contents from a tarball to create a filesystem image. */
@CommandLine.Command(
    name = "import",
    customSynopsis = "priok import [OPTIONS] file|URL|- [REPOSITORY[:TAG]]",
    description = "Import the contents from a tarball to create a filesystem image")
public final class ImportCommand extends Command {
  @Option(
      names = {"-c", "--change"},
      paramLabel = "list",
      description = "Apply Dockerfile instruction to the created image.")
  List<String> changes = new ArrayList<>();

  @Option(
      names = {"-m", "--message"},
      paramLabel = "string",
      description = "Set commit message for imported image.")
  @Nullable String message;

  @Option(
      names = "--platform",
      paramLabel = "string",
      description = "Set platform if server is multi-platform capable.")
  @Nullable String platform;

  /** Takes its arguments. */
  public ImportCommand() {
    super(1, 2);
  }

  @Override
  public int run(Session session) throws Exception {
    ImageName name = arguments().size() < 2 ? null : ImageName.parse(argument(1));
    ImportQuery query =
        new ImportQuery(
            name == null ? null : name.repository(),
            name == null ? null : name.tag(),
            message,
            platform,
            changes);
    try (ProgressStream progress = open(session, argument(0), query)) {
      new ProgressDisplay(session.out(), TerminalFiles.isTerminal(1)).show(progress);
    }
    return 0;
  }

  private static ProgressStream open(Session session, String source, ImportQuery query)
      throws IOException {
    if (source.equals("-")) {
      return session.client().images().importArchive(session.stdin(), query);
    }
    if (source.startsWith("http://") || source.startsWith("https://")) {
      return session.client().images().importUrl(source, query);
    }
    try {
      return session.client().images().importArchive(Files.newInputStream(Path.of(source)), query);
    } catch (NoSuchFileException e) {
      throw CliException.failure("open " + source + ": no such file or directory");
    }
  }
}
