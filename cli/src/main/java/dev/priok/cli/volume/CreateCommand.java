package dev.priok.cli.volume;

import dev.priok.cli.CliException;
import dev.priok.cli.Command;
import dev.priok.cli.KeyValues;
import dev.priok.cli.Session;
import dev.priok.model.api.volume.Volume;
import dev.priok.model.api.volume.VolumeCreateOptions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code priok volume create}: create a volume. */
@CommandLine.Command(
    name = "create",
    customSynopsis = "priok volume create [OPTIONS] [VOLUME]",
    description = "Create a volume")
public final class CreateCommand extends Command {
  @Option(
      names = {"-d", "--driver"},
      paramLabel = "string",
      description = "Specify volume driver name (default \"local\").")
  String driver = "local";

  @Option(names = "--label", paramLabel = "list", description = "Set metadata for a volume.")
  List<String> labels = new ArrayList<>();

  @Option(names = "--name", paramLabel = "string", hidden = true)
  @Nullable String name;

  @Option(
      names = {"-o", "--opt"},
      paramLabel = "map",
      description = "Set driver specific options.")
  List<String> options = new ArrayList<>();

  /** Takes its arguments. */
  public CreateCommand() {
    super(0, 1);
  }

  @Override
  public int run(Session session) throws Exception {
    if (name != null && !arguments().isEmpty()) {
      throw CliException.failure(
          "conflicting options: cannot specify a volume-name through both --name and as a positional arg");
    }
    Volume volume =
        session
            .client()
            .volumes()
            .create(
                new VolumeCreateOptions(
                    arguments().isEmpty() ? name : argument(0),
                    driver,
                    KeyValues.map(options),
                    KeyValues.map(labels)));
    session.out().println(volume.name());
    return 0;
  }
}
