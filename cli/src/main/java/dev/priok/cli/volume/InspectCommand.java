package dev.priok.cli.volume;

import dev.priok.cli.Command;
import dev.priok.cli.Session;
import dev.priok.cli.system.Inspection;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code priok volume inspect}: display detailed information on one or more volumes. */
@CommandLine.Command(
    name = "inspect",
    customSynopsis = "priok volume inspect [OPTIONS] VOLUME [VOLUME...]",
    description = "Display detailed information on one or more volumes")
public final class InspectCommand extends Command {
  @Option(
      names = {"-f", "--format"},
      paramLabel = "string",
      description = "Format output using a Go template, or 'json'.")
  @Nullable String format;

  /** Takes its arguments. */
  public InspectCommand() {
    super(1, ANY);
  }

  @Override
  public int run(Session session) throws Exception {
    return new Inspection(session, format)
        .show(arguments(), name -> session.client().volumes().inspectJson(name));
  }
}
