package dev.priok.cli.image;

import dev.priok.cli.CliException;
import dev.priok.cli.Command;
import dev.priok.cli.Session;
import dev.priok.cli.terminal.TerminalFiles;
import dev.priok.client.streams.ProgressStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code priok load}: load an image from a tar archive or STDIN. */
@CommandLine.Command(
    name = "load",
    customSynopsis = "priok load [OPTIONS]",
    description = "Load an image from a tar archive or STDIN")
public final class LoadCommand extends Command {
  @Option(
      names = {"-i", "--input"},
      paramLabel = "string",
      description = "Read from tar archive file, instead of STDIN.")
  @Nullable String input;

  @Option(
      names = {"-q", "--quiet"},
      description = "Suppress the load output.")
  boolean quiet;

  @Option(
      names = "--platform",
      paramLabel = "string",
      description = "Load only the given platform variant (os[/arch[/variant]]).")
  @Nullable String platform;

  /** Takes its arguments. */
  public LoadCommand() {
    super(0, 0);
  }

  @Override
  public int run(Session session) throws Exception {
    if (input == null && TerminalFiles.isTerminal(0)) {
      throw CliException.failure("requested load from stdin, but stdin is empty");
    }
    InputStream source = input == null ? session.stdin() : open(input);
    try (ProgressStream progress = session.client().images().load(source, quiet, platform)) {
      new ProgressDisplay(session.out(), !quiet && TerminalFiles.isTerminal(1)).show(progress);
    }
    return 0;
  }

  private static InputStream open(String file) throws IOException {
    try {
      return Files.newInputStream(Path.of(file));
    } catch (NoSuchFileException e) {
      throw CliException.failure("open " + file + ": no such file or directory");
    }
  }
}
