package dev.priok.cli.container;

import dev.priok.cli.Command;
import dev.priok.cli.Session;
import dev.priok.cli.archive.FileOutput;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code priok export}: export a container's filesystem as a tar archive. */
@CommandLine.Command(
    name = "export",
    customSynopsis = "priok export [OPTIONS] CONTAINER",
    description = "Export a container's filesystem as a tar archive")
public final class ExportCommand extends Command {
  @Option(
      names = {"-o", "--output"},
      paramLabel = "string",
      description = "Write to a file, instead of STDOUT.")
  @Nullable String output;

  /** Takes its arguments. */
  public ExportCommand() {
    super(1, 1);
  }

  @Override
  public int run(Session session) throws Exception {
    FileOutput.write(
        session, output, target -> session.client().containers().export(argument(0), target));
    return 0;
  }
}
