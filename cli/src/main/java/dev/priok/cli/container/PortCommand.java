package dev.priok.cli.container;

import dev.priok.cli.CliException;
import dev.priok.cli.Command;
import dev.priok.cli.Session;
import dev.priok.model.api.container.NetworkSettings;
import dev.priok.model.api.container.PortBinding;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** {@code priok port}: list port mappings or a specific mapping for the container. */
@CommandLine.Command(
    name = "port",
    customSynopsis = "priok port CONTAINER [PRIVATE_PORT[/PROTO]]",
    description = "List port mappings or a specific mapping for the container")
public final class PortCommand extends Command {

  /** Takes its arguments. */
  public PortCommand() {
    super(1, 2);
  }

  @Override
  public int run(Session session) throws Exception {
    NetworkSettings settings = session.client().containers().inspect(argument(0)).networkSettings();
    Map<String, @Nullable List<PortBinding>> ports =
        settings == null || settings.ports() == null ? Map.of() : settings.ports();
    if (arguments().size() == 2) {
      String wanted = argument(1).contains("/") ? argument(1) : argument(1) + "/tcp";
      List<PortBinding> bindings = ports.get(wanted);
      if (bindings == null || bindings.isEmpty()) {
        throw CliException.failure(
            "Error: No public port '" + wanted + "' published for " + argument(0));
      }
      bindings.forEach(binding -> session.out().println(address(binding)));
    } else {
      for (Map.Entry<String, @Nullable List<PortBinding>> port : new TreeMap<>(ports).entrySet()) {
        List<PortBinding> bindings = port.getValue();
        if (bindings != null) {
          bindings.forEach(b -> session.out().println(port.getKey() + " -> " + address(b)));
        }
      }
    }
    return 0;
  }

  private static String address(PortBinding binding) {
    String ip = binding.hostIp() == null ? "" : binding.hostIp();
    return (ip.contains(":") ? "[" + ip + "]" : ip) + ":" + binding.hostPort();
  }
}
