package dev.priok.cli.container;

import com.fasterxml.jackson.databind.JsonNode;
import dev.priok.cli.InspectVerb;
import dev.priok.client.PriokClient;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code priok container inspect}: display detailed information on one or more containers. */
@CommandLine.Command(
    name = "inspect",
    customSynopsis = "priok container inspect [OPTIONS] CONTAINER [CONTAINER...]",
    description = "Display detailed information on one or more containers")
public final class InspectCommand extends InspectVerb {
  @Option(
      names = {"-s", "--size"},
      description = "Display total file sizes.")
  boolean size;

  @Override
  protected JsonNode object(PriokClient client, String name) throws Exception {
    return client.containers().inspectJson(name, size);
  }
}
