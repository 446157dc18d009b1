package dev.priok.cli.image;

import dev.priok.cli.Command;
import dev.priok.cli.Session;
import dev.priok.model.api.image.ImageDeleteResponseItem;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code priok rmi}: remove one or more images. */
@CommandLine.Command(
    name = "rmi",
    customSynopsis = "priok rmi [OPTIONS] IMAGE [IMAGE...]",
    description = "Remove one or more images")
public final class RemoveCommand extends Command {
  @Option(
      names = {"-f", "--force"},
      description = "Force removal of the image.")
  boolean force;

  @Option(names = "--no-prune", description = "Do not delete untagged parents.")
  boolean noPrune;

  /** Takes its arguments. */
  public RemoveCommand() {
    super(1, ANY);
  }

  @Override
  public int run(Session session) throws Exception {
    return session.forEach(
        arguments(),
        name ->
            session
                .client()
                .images()
                .remove(name, force, noPrune)
                .forEach(item -> session.out().println(line(item))));
  }

  static String line(ImageDeleteResponseItem item) {
    return item.deleted() != null && !item.deleted().isEmpty()
        ? "Deleted: " + item.deleted()
        : "Untagged: " + item.untagged();
  }
}
