package dev.priok.cli.network;

import dev.priok.cli.Command;
import dev.priok.cli.Session;
import dev.priok.cli.system.Inspection;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code priok network inspect}: display detailed information on one or more networks. */
@CommandLine.Command(
    name = "inspect",
    customSynopsis = "priok network inspect [OPTIONS] NETWORK [NETWORK...]",
    description = "Display detailed information on one or more networks")
public final class InspectCommand extends Command {
  @Option(
      names = {"-f", "--format"},
      paramLabel = "string",
      description = "Format output using a Go template, or 'json'.")
  @Nullable String format;

  @Option(
      names = {"-v", "--verbose"},
      description = "Verbose output for diagnostics.")
  boolean verbose;

  /** Takes its arguments. */
  public InspectCommand() {
    super(1, ANY);
  }

  @Override
  public int run(Session session) throws Exception {
    return new Inspection(session, format)
        .show(arguments(), name -> session.client().networks().inspectJson(name, verbose));
  }
}
