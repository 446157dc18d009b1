package dev.priok.cli.container;

import dev.priok.cli.Command;
import dev.priok.cli.Session;
import picocli.CommandLine;

/** {@code priok pause}: pause all processes within one or more containers. */
@CommandLine.Command(
    name = "pause",
    customSynopsis = "priok pause CONTAINER [CONTAINER...]",
    description = "Pause all processes within one or more containers")
public final class PauseCommand extends Command {

  /** Takes its arguments. */
  public PauseCommand() {
    super(1, ANY);
  }

  @Override
  public int run(Session session) throws Exception {
    return session.forEachPrinting(arguments(), session.client().containers()::pause);
  }
}
