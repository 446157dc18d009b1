package dev.priok.cli.image;

import dev.priok.cli.CliException;
import dev.priok.cli.Command;
import dev.priok.cli.Session;
import picocli.CommandLine;

/** {@code priok tag}: create a tag TARGET_IMAGE that refers to SOURCE_IMAGE. */
@CommandLine.Command(
    name = "tag",
    customSynopsis = "priok tag SOURCE_IMAGE[:TAG] TARGET_IMAGE[:TAG]",
    description = "Create a tag TARGET_IMAGE that refers to SOURCE_IMAGE")
public final class TagCommand extends Command {

  /** Takes its arguments. */
  public TagCommand() {
    super(2, 2);
  }

  @Override
  public int run(Session session) throws Exception {
    ImageName target = ImageName.parse(argument(1));
    if (target.digest() != null) {
      throw CliException.failure("refusing to create a tag with a digest reference");
    }
    session.client().images().tag(argument(0), target.repository(), target.tag());
    return 0;
  }
}
