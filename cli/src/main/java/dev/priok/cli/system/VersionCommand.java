package dev.priok.cli.system;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.priok.cli.Command;
import dev.priok.cli.Failures;
import dev.priok.cli.Session;
import dev.priok.cli.Version;
import dev.priok.cli.format.GoTemplate;
import dev.priok.cli.format.JsonText;
import dev.priok.client.ApiVersion;
import dev.priok.model.api.Json;
import java.io.PrintStream;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code priok version}: versions of the command and the engine. */
@CommandLine.Command(
    name = "version",
    customSynopsis = "priok version [OPTIONS]",
    description = "Show the version information of the command and the engine")
public final class VersionCommand extends Command {
  @Option(
      names = {"-f", "--format"},
      paramLabel = "string",
      description = "Format output using a Go template, or 'json'.")
  @Nullable String format;

  /** Takes its arguments. */
  public VersionCommand() {
    super(0, 0);
  }

  @Override
  public int run(Session session) throws Exception {
    JsonNode server = null;
    Exception failure = null;
    ObjectNode client = client(ApiVersion.NEWEST.toString());
    try {
      server = session.client().system().versionJson();
      client = client(session.client().apiVersion().toString());
    } catch (RuntimeException e) {
      // The command's own version is worth showing even when no engine answers.
      failure = e;
    }
    ObjectNode all = Json.mapper().createObjectNode();
    all.set("Client", client);
    all.set("Server", server == null ? Json.mapper().nullNode() : server);
    if (format == null || format.isEmpty()) {
      show(session.out(), client, server);
    } else if (format.equals("json")) {
      session.out().println(JsonText.compact(all));
    } else {
      GoTemplate template = GoTemplate.parse(format);
      if (failure == null || !format.contains(".Server")) {
        session.out().println(template.render(all));
      }
    }
    session.out().flush();
    if (failure != null) {
      session.err().println(Failures.describe(failure));
      return 1;
    }
    return 0;
  }

  private static ObjectNode client(String apiVersion) {
    ObjectNode client = Json.mapper().createObjectNode();
    client.put("Version", Version.text());
    client.put("ApiVersion", apiVersion);
    client.put("DefaultAPIVersion", ApiVersion.NEWEST.toString());
    client.put("GitCommit", Version.build());
    client.put("JavaVersion", System.getProperty("java.version"));
    client.put("Os", "linux");
    client.put("Arch", System.getProperty("os.arch"));
    client.put("Context", "default");
    return client;
  }

  private static void show(PrintStream out, ObjectNode client, @Nullable JsonNode server) {
    out.println("Client: Priok");
    line(out, 1, "Version", client.path("Version").asText());
    line(out, 1, "API version", client.path("ApiVersion").asText());
    line(out, 1, "Java version", client.path("JavaVersion").asText());
    line(out, 1, "Git commit", client.path("GitCommit").asText());
    line(out, 1, "OS/Arch", client.path("Os").asText() + "/" + client.path("Arch").asText());
    line(out, 1, "Context", "default");
    if (server == null) {
      return;
    }
    out.println();
    String platform = server.path("Platform").path("Name").asText();
    out.println("Server:" + (platform.isEmpty() ? "" : " " + platform));
    JsonNode components = server.path("Components");
    if (components.isEmpty()) {
      out.println(" Engine:");
      line(out, 2, "Version", server.path("Version").asText());
      line(out, 2, "API version", api(server.path("ApiVersion"), server.path("MinAPIVersion")));
      line(out, 2, "OS/Arch", server.path("Os").asText() + "/" + server.path("Arch").asText());
    }
    for (JsonNode component : components) {
      out.println(" " + component.path("Name").asText() + ":");
      line(out, 2, "Version", component.path("Version").asText());
      JsonNode details = component.path("Details");
      for (Map.Entry<String, JsonNode> detail : details.properties()) {
        switch (detail.getKey()) {
          case "ApiVersion" ->
              line(out, 2, "API version", api(detail.getValue(), details.path("MinAPIVersion")));
          case "MinAPIVersion" -> {}
          default -> line(out, 2, detail.getKey(), detail.getValue().asText());
        }
      }
    }
  }

  private static String api(JsonNode newest, JsonNode oldest) {
    return newest.asText() + " (minimum version " + oldest.asText() + ")";
  }

  private static void line(PrintStream out, int indent, String name, String value) {
    if (!value.isEmpty()) {
      out.println(" ".repeat(indent) + String.format("%-18s%s", name + ":", value));
    }
  }
}
