package dev.priok.cli.checkpoint;

import dev.priok.cli.Command;
import dev.priok.cli.Session;
import dev.priok.model.api.container.CheckpointCreateRequest;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code priok checkpoint create}: writes a container's processes down. */
@CommandLine.Command(
    name = "create",
    customSynopsis = "priok checkpoint create [OPTIONS] CONTAINER CHECKPOINT",
    description = "Create a checkpoint from a running container")
public final class CreateCommand extends Command {
  @Option(
      names = "--checkpoint-dir",
      paramLabel = "string",
      description = "Use a custom checkpoint storage directory.")
  @Nullable String folder;

  @Option(names = "--leave-running", description = "Leave the container running after checkpoint.")
  boolean leaveRunning;

  /** Takes a container and a name. */
  public CreateCommand() {
    super(2, 2);
  }

  @Override
  public int run(Session session) throws Exception {
    session
        .client()
        .checkpoints(argument(0))
        .create(new CheckpointCreateRequest(argument(1), folder, !leaveRunning));
    session.out().println(argument(1));
    return 0;
  }
}
