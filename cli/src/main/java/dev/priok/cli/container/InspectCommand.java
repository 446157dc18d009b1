package dev.priok.cli.container;

import dev.priok.cli.Command;
import dev.priok.cli.Session;
import dev.priok.cli.system.Inspection;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code priok container inspect}: display detailed information on one or more containers. */
@CommandLine.Command(
    name = "inspect",
    customSynopsis = "priok container inspect [OPTIONS] CONTAINER [CONTAINER...]",
    description = "Display detailed information on one or more containers")
public final class InspectCommand extends Command {
  @Option(
      names = {"-f", "--format"},
      paramLabel = "string",
      description = "Format output using a Go template, or 'json'.")
  @Nullable String format;

  @Option(
      names = {"-s", "--size"},
      description = "Display total file sizes.")
  boolean size;

  /** Takes its arguments. */
  public InspectCommand() {
    super(1, ANY);
  }

  @Override
  public int run(Session session) throws Exception {
    return new Inspection(session, format)
        .show(arguments(), name -> session.client().containers().inspectJson(name, size));
  }
}
