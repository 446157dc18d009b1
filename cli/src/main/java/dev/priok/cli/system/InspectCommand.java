package dev.priok.cli.system;

import com.fasterxml.jackson.databind.JsonNode;
import dev.priok.cli.CliException;
import dev.priok.cli.InspectVerb;
import dev.priok.cli.Session;
import dev.priok.client.ApiException;
import dev.priok.client.PriokClient;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code priok inspect}: whatever has that name, looked for among all kinds of objects. */
@CommandLine.Command(
    name = "inspect",
    customSynopsis = "priok inspect [OPTIONS] NAME|ID [NAME|ID...]",
    description = "Return low-level information on objects of the engine")
public final class InspectCommand extends InspectVerb {
  private static final List<String> KINDS = List.of("container", "image", "network", "volume");

  @Option(
      names = {"-s", "--size"},
      description = "Display total file sizes if the type is container.")
  boolean size;

  @Option(
      names = "--type",
      paramLabel = "string",
      description = "Only inspect objects of the given type: container, image, network or volume.")
  @Nullable String type;

  @Override
  public int run(Session session) throws Exception {
    if (type != null && !KINDS.contains(type)) {
      throw CliException.failure("unknown type: \"" + type + "\": must be one of " + KINDS);
    }
    return super.run(session);
  }

  @Override
  protected JsonNode object(PriokClient client, String name) {
    for (String kind : type == null ? KINDS : List.of(type)) {
      try {
        return switch (kind) {
          case "container" -> client.containers().inspectJson(name, size);
          case "image" -> client.images().inspectJson(name);
          case "network" -> client.networks().inspectJson(name, false);
          default -> client.volumes().inspectJson(name);
        };
      } catch (ApiException e) {
        // A name that is not even allowed for a kind is not the name of one either.
        if (!e.isNotFound() && e.status() != 400) {
          throw e;
        }
      }
    }
    throw CliException.failure(
        type == null
            ? "error: no such object: " + name
            : "Error response from daemon: No such " + type + ": " + name);
  }
}
