package dev.priok.cli.checkpoint;

import dev.priok.cli.Command;
import dev.priok.cli.Session;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code priok checkpoint rm}: removes a checkpoint. */
@CommandLine.Command(
    name = "rm",
    customSynopsis = "priok checkpoint rm [OPTIONS] CONTAINER CHECKPOINT",
    description = "Remove a checkpoint")
public final class RemoveCommand extends Command {
  @Option(
      names = "--checkpoint-dir",
      paramLabel = "string",
      description = "Use a custom checkpoint storage directory.")
  @Nullable String folder;

  /** Takes a container and a name. */
  public RemoveCommand() {
    super(2, 2);
  }

  @Override
  public int run(Session session) throws Exception {
    session.client().checkpoints(argument(0)).remove(argument(1), folder);
    return 0;
  }
}
