package dev.priok.cli.volume;

import com.fasterxml.jackson.databind.JsonNode;
import dev.priok.cli.InspectVerb;
import dev.priok.client.PriokClient;
import picocli.CommandLine;

/** {@code priok volume inspect}: display detailed information on one or more volumes. */
@CommandLine.Command(
    name = "inspect",
    customSynopsis = "priok volume inspect [OPTIONS] VOLUME [VOLUME...]",
    description = "Display detailed information on one or more volumes")
public final class InspectCommand extends InspectVerb {
  @Override
  protected JsonNode object(PriokClient client, String name) throws Exception {
    return client.volumes().inspectJson(name);
  }
}
