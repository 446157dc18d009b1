package dev.priok.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.priok.client.PriokClient;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What every {@code inspect} does: shows each named object as JSON or by a template. */
public abstract class InspectVerb extends Command {
  @Option(
      names = {"-f", "--format"},
      paramLabel = "string",
      description = "Format output using a Go template, or 'json'.")
  @Nullable String format;

  /** Takes one name or more. */
  protected InspectVerb() {
    super(1, ANY);
  }

  /** The object as the engine describes it. */
  protected abstract JsonNode object(PriokClient client, String name) throws Exception;

  @Override
  public int run(Session session) throws Exception {
    return new Inspection(session, format)
        .show(arguments(), name -> object(session.client(), name));
  }
}
