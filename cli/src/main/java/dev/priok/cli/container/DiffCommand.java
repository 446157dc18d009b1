package dev.priok.cli.container;

import dev.priok.cli.Command;
import dev.priok.cli.Session;
import dev.priok.model.api.container.FilesystemChange;
import java.util.List;
import picocli.CommandLine;

/** {@code priok diff}: inspect changes to files or directories on a container's filesystem. */
@CommandLine.Command(
    name = "diff",
    customSynopsis = "priok diff CONTAINER",
    description = "Inspect changes to files or directories on a container's filesystem")
public final class DiffCommand extends Command {

  /** Takes its arguments. */
  public DiffCommand() {
    super(1, 1);
  }

  @Override
  public int run(Session session) throws Exception {
    List<FilesystemChange> changes = session.client().containers().changes(argument(0));
    for (FilesystemChange change : changes) {
      int kind = change.kind() == null ? 0 : change.kind();
      String letter =
          switch (kind) {
            case 1 -> "A";
            case 2 -> "D";
            default -> "C";
          };
      session.out().println(letter + " " + change.path());
    }
    return 0;
  }
}
