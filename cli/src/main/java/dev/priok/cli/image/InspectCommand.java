package dev.priok.cli.image;

import com.fasterxml.jackson.databind.JsonNode;
import dev.priok.cli.InspectVerb;
import dev.priok.client.PriokClient;
import picocli.CommandLine;

/** {@code priok image inspect}: display detailed information on one or more images. */
@CommandLine.Command(
    name = "inspect",
    customSynopsis = "priok image inspect [OPTIONS] IMAGE [IMAGE...]",
    description = "Display detailed information on one or more images")
public final class InspectCommand extends InspectVerb {
  @Override
  protected JsonNode object(PriokClient client, String name) throws Exception {
    return client.images().inspectJson(name);
  }
}
