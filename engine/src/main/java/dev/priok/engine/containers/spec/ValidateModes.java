package dev.priok.engine.containers.spec;

import dev.priok.model.api.container.ContainerConfig;
import dev.priok.model.api.container.HostConfig;
import dev.priok.model.error.EngineException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Refuses namespaces that do not exist, and settings that contradict the one asked for. */
final class ValidateModes {
  private static final String CONTAINER = "container:";

  private final ContainerDefaults defaults;

  ValidateModes(ContainerDefaults defaults) {
    this.defaults = defaults;
  }

  /** What Docker looks at first: the network mode against everything that needs a network. */
  void network(ContainerConfig config, HostConfig hostConfig, List<String> warnings) {
    String network = text(hostConfig.networkMode());
    boolean links = some(hostConfig.links());
    boolean named = !text(config.hostname()).isEmpty();
    if (network.equals("container") || network.startsWith(CONTAINER)) {
      if (network.length() <= CONTAINER.length()) {
        throw EngineException.invalid(
            "Invalid network mode: invalid container format container:<name|id>");
      }
      conflict(named, "hostname and the network mode");
      conflict(
          links,
          "container type network can't be used with links. This would result in undefined"
              + " behavior");
      conflict(some(hostConfig.dns()), "dns and the network mode");
      conflict(some(hostConfig.extraHosts()), "custom host-to-IP mapping and the network mode");
      conflict(
          some(hostConfig.portBindings()) || Boolean.TRUE.equals(hostConfig.publishAllPorts()),
          "port publishing and the container type network mode");
      conflict(some(config.exposedPorts()), "port exposing and the container type network mode");
    }
    conflict("host".equals(hostConfig.utsMode()) && named, "hostname and the UTS mode");
    conflict(
        network.equals("host") && links,
        "host type networking can't be used with links. This would result in undefined behavior");
    if (Boolean.TRUE.equals(config.networkDisabled()) && some(hostConfig.portBindings())) {
      warnings.add("Published ports are discarded when the network is disabled");
    }
  }

  /** The runtime's name; the docker command shows those there are in info. */
  void runtime(HostConfig hostConfig) {
    String runtime = text(hostConfig.runtime());
    if (!runtime.isEmpty() && !defaults.runtimes().contains(runtime)) {
      throw EngineException.invalid("unknown or invalid runtime name: %s", runtime);
    }
  }

  void namespaces(HostConfig hostConfig) {
    mode("IPC mode", hostConfig.ipcMode(), Set.of("host", "private", "shareable", "none"), true);
    mode("PID mode", hostConfig.pidMode(), Set.of("host"), true);
    mode("UTS mode", hostConfig.utsMode(), Set.of("host"), false);
    remapped(hostConfig);
    mode("cgroup namespace mode", hostConfig.cgroupnsMode(), Set.of("host", "private"), false);
  }

  /** Docker takes any text for a user namespace and means the daemon's own by all but "host". */
  private void remapped(HostConfig hostConfig) {
    String users = text(hostConfig.usernsMode());
    if (!users.isEmpty() && !users.equals("host") && !users.equals("private")) {
      throw EngineException.invalid("invalid USER mode: %s", users);
    }
    if (defaults.ids().isNone() || users.equals("host")) {
      return;
    }
    if (Boolean.TRUE.equals(hostConfig.privileged())) {
      throw EngineException.invalid(
          "privileged mode is incompatible with user namespaces.  You must run the container in"
              + " the host namespace when running privileged mode");
    }
    if ("host".equals(hostConfig.networkMode())) {
      throw EngineException.invalid(
          "cannot share the host's network namespace when user namespaces are enabled");
    }
    if ("host".equals(hostConfig.pidMode())) {
      throw EngineException.invalid(
          "cannot share the host PID namespace when user namespaces are enabled");
    }
  }

  private static void mode(
      String what, @Nullable String value, Set<String> known, boolean containers) {
    String mode = text(value);
    boolean joins = containers && mode.startsWith(CONTAINER) && mode.length() > CONTAINER.length();
    if (!mode.isEmpty() && !known.contains(mode) && !joins) {
      throw EngineException.invalid("invalid %s: %s", what, mode);
    }
  }

  private static void conflict(boolean present, String what) {
    if (present) {
      throw EngineException.invalid("conflicting options: %s", what);
    }
  }

  private static boolean some(@Nullable List<String> list) {
    return list != null && !list.isEmpty();
  }

  private static boolean some(@Nullable Map<String, ?> map) {
    return map != null && !map.isEmpty();
  }

  private static String text(@Nullable String value) {
    return value == null ? "" : value;
  }
}
