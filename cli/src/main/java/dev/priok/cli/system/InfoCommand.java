package dev.priok.cli.system;

import com.fasterxml.jackson.databind.JsonNode;
import dev.priok.cli.Command;
import dev.priok.cli.Session;
import dev.priok.cli.Version;
import dev.priok.cli.format.GoTemplate;
import dev.priok.cli.format.HumanSize;
import dev.priok.cli.format.JsonText;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code priok info}: what the engine is, has and counts. */
@CommandLine.Command(
    name = "info",
    customSynopsis = "priok info [OPTIONS]",
    description = "Display system-wide information")
public final class InfoCommand extends Command {
  @Option(
      names = {"-f", "--format"},
      paramLabel = "string",
      description = "Format output using a Go template, or 'json'.")
  @Nullable String format;

  /** Takes its arguments. */
  public InfoCommand() {
    super(0, 0);
  }

  @Override
  public int run(Session session) throws Exception {
    JsonNode info = session.client().system().infoJson();
    PrintStream out = session.out();
    if (format == null || format.isEmpty()) {
      show(out, info);
      out.flush();
      info.path("Warnings").forEach(warning -> session.err().println(warning.asText()));
    } else if (format.equals("json")) {
      out.println(JsonText.compact(info));
    } else {
      out.println(GoTemplate.parse(format).render(info));
    }
    return 0;
  }

  private static void show(PrintStream out, JsonNode info) {
    out.println("Client: Priok");
    out.println(" Version:    " + Version.text());
    out.println(" Context:    default");
    out.println(" Debug Mode: false");
    out.println();
    out.println("Server:");
    line(out, "Containers", info.path("Containers"));
    line(out, " Running", info.path("ContainersRunning"));
    line(out, " Paused", info.path("ContainersPaused"));
    line(out, " Stopped", info.path("ContainersStopped"));
    line(out, "Images", info.path("Images"));
    line(out, "Server Version", info.path("ServerVersion"));
    line(out, "Storage Driver", info.path("Driver"));
    info.path("DriverStatus").forEach(p -> line(out, " " + p.path(0).asText(), p.path(1)));
    line(out, "Logging Driver", info.path("LoggingDriver"));
    line(out, "Cgroup Driver", info.path("CgroupDriver"));
    line(out, "Cgroup Version", info.path("CgroupVersion"));
    out.println(" Plugins:");
    line(out, " Volume", words(info.path("Plugins").path("Volume")));
    line(out, " Network", words(info.path("Plugins").path("Network")));
    line(out, " Log", words(info.path("Plugins").path("Log")));
    line(out, "Swarm", info.path("Swarm").path("LocalNodeState"));
    List<String> runtimes = new ArrayList<>();
    info.path("Runtimes").fieldNames().forEachRemaining(runtimes::add);
    line(out, "Runtimes", String.join(" ", runtimes));
    line(out, "Default Runtime", info.path("DefaultRuntime"));
    line(out, "Init Binary", info.path("InitBinary"));
    if (!info.path("SecurityOptions").isEmpty()) {
      out.println(" Security Options:");
      info.path("SecurityOptions")
          .forEach(
              o -> out.println("  " + o.asText().replaceFirst("^name=", "").split(",", -1)[0]));
    }
    line(out, "Kernel Version", info.path("KernelVersion"));
    line(out, "Operating System", info.path("OperatingSystem"));
    line(out, "OSType", info.path("OSType"));
    line(out, "Architecture", info.path("Architecture"));
    line(out, "CPUs", info.path("NCPU"));
    line(out, "Total Memory", HumanSize.ofMemory(info.path("MemTotal").asLong()));
    line(out, "Name", info.path("Name"));
    line(out, "ID", info.path("ID"));
    line(out, "Docker Root Dir", info.path("DockerRootDir"));
    line(out, "Debug Mode", info.path("Debug"));
    list(out, "Labels", info.path("Labels"));
    line(out, "Experimental", info.path("ExperimentalBuild"));
    list(out, "Insecure Registries", info.path("RegistryConfig").path("InsecureRegistryCIDRs"));
    list(out, "Registry Mirrors", info.path("RegistryConfig").path("Mirrors"));
    line(out, "Live Restore Enabled", info.path("LiveRestoreEnabled"));
  }

  private static String words(JsonNode list) {
    List<String> words = new ArrayList<>();
    list.forEach(word -> words.add(word.asText()));
    return String.join(" ", words);
  }

  private static void list(PrintStream out, String name, JsonNode list) {
    if (!list.isEmpty()) {
      out.println(" " + name + ":");
      list.forEach(entry -> out.println("  " + entry.asText()));
    }
  }

  private static void line(PrintStream out, String name, JsonNode value) {
    if (!value.isMissingNode() && !value.isNull()) {
      line(out, name, value.asText());
    }
  }

  private static void line(PrintStream out, String name, String value) {
    if (!value.isEmpty()) {
      out.println(" " + name + ": " + value);
    }
  }
}
