package dev.priok.cli.network;

import com.fasterxml.jackson.databind.JsonNode;
import dev.priok.cli.InspectVerb;
import dev.priok.client.PriokClient;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code priok network inspect}: display detailed information on one or more networks. */
@CommandLine.Command(
    name = "inspect",
    customSynopsis = "priok network inspect [OPTIONS] NETWORK [NETWORK...]",
    description = "Display detailed information on one or more networks")
public final class InspectCommand extends InspectVerb {
  @Option(
      names = {"-v", "--verbose"},
      description = "Verbose output for diagnostics.")
  boolean verbose;

  @Override
  protected JsonNode object(PriokClient client, String name) throws Exception {
    return client.networks().inspectJson(name, verbose);
  }
}
