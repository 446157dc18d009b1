package dev.priok.cli.image;

import dev.priok.cli.Command;
import dev.priok.cli.Session;
import dev.priok.cli.archive.FileOutput;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code priok save}: save one or more images to a tar archive (streamed to STDOUT by default). */
@CommandLine.Command(
    name = "save",
    customSynopsis = "priok save [OPTIONS] IMAGE [IMAGE...]",
    description = "Save one or more images to a tar archive (streamed to STDOUT by default)")
public final class SaveCommand extends Command {
  @Option(
      names = {"-o", "--output"},
      paramLabel = "string",
      description = "Write to a file, instead of STDOUT.")
  @Nullable String output;

  @Option(
      names = "--platform",
      paramLabel = "string",
      description = "Save only the given platform variant (os[/arch[/variant]]).")
  @Nullable String platform;

  /** Takes its arguments. */
  public SaveCommand() {
    super(1, ANY);
  }

  @Override
  public int run(Session session) throws Exception {
    FileOutput.write(
        session, output, target -> session.client().images().save(arguments(), platform, target));
    return 0;
  }
}
