package dev.priok.engine.containers.spec;

import dev.priok.kernel.process.Signals;
import dev.priok.model.api.container.ContainerConfig;
import dev.priok.model.api.container.HealthConfig;
import dev.priok.model.api.container.HostConfig;
import dev.priok.model.api.container.PortBinding;
import dev.priok.model.api.container.RestartPolicy;
import dev.priok.model.error.EngineException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Refuses a create request that makes no sense, with the status and sentence of Docker (moby's
 * daemon/container.go, daemon_unix.go and runconfig).
 */
public final class ValidateConfig {
  private static final long SHORTEST_NANOS = 1_000_000;
  private static final int LONGEST_HOSTNAME = 64;
  private static final Pattern PORT = Pattern.compile("([0-9]{1,5})(-([0-9]{1,5}))?");
  private final HostFacts host;
  private final ValidateModes modes;
  private final ValidateResources resources;

  public ValidateConfig(HostFacts host, ContainerDefaults defaults) {
    this.host = host;
    this.modes = new ValidateModes(defaults);
    this.resources = new ValidateResources(host);
  }

  /** Returns warnings for the answer; throws where the request is refused. */
  public List<String> validate(ContainerConfig config, HostConfig hostConfig) {
    List<String> warnings = new ArrayList<>();
    modes.network(config, hostConfig, warnings);
    isolation(hostConfig.isolation());
    container(config);
    if (Boolean.TRUE.equals(hostConfig.autoRemove()) && restarts(hostConfig.restartPolicy())) {
      throw EngineException.invalid("can't create 'AutoRemove' container with restart policy");
    }
    extraHosts(hostConfig.extraHosts());
    ports(hostConfig.portBindings());
    restartPolicy(hostConfig.restartPolicy());
    Capabilities capabilities = new Capabilities(host);
    capabilities.normalize(hostConfig.capAdd(), "CapAdd");
    capabilities.normalize(hostConfig.capDrop(), "CapDrop");
    if (hostConfig.annotations() != null && hostConfig.annotations().containsKey("")) {
      throw EngineException.invalid(
          "invalid Annotations: the empty string is not permitted as an annotation key");
    }
    warnings.addAll(resources.validate(hostConfig, false));
    modes.namespaces(hostConfig);
    modes.runtime(hostConfig);
    limits(hostConfig);
    security(hostConfig);
    Devices.check(hostConfig);
    return warnings;
  }

  private static void security(HostConfig hostConfig) {
    String seccomp = SecurityOptions.parse(hostConfig.securityOpt(), false).seccomp();
    if (seccomp != null && !seccomp.isEmpty() && !seccomp.matches("unconfined|builtin")) {
      SeccompProfile.parse(seccomp);
    }
    absolute("masked", hostConfig.maskedPaths());
    absolute("read-only", hostConfig.readonlyPaths());
  }

  private static void absolute(String what, @Nullable List<String> paths) {
    for (String path : paths == null ? List.<String>of() : paths) {
      if (!path.startsWith("/")) {
        throw EngineException.invalid("invalid %s path: '%s' must be absolute", what, path);
      }
    }
  }

  private static void isolation(@Nullable String given) {
    String isolation = text(given);
    if (!isolation.isEmpty() && !isolation.equalsIgnoreCase("default")) {
      throw EngineException.internal(
          "Invalid isolation: \"%s\" - linux only supports 'default'".formatted(isolation), null);
    }
  }

  /** {@code name:address}; the docker command turns {@code name=address} into that. */
  private static void extraHosts(@Nullable List<String> hosts) {
    for (String line : hosts == null ? List.<String>of() : hosts) {
      int colon = line.indexOf(':');
      if (colon <= 0 || line.chars().anyMatch(c -> c < ' ')) {
        throw EngineException.invalid("bad format for add-host: \"%s\"", line);
      }
      String address = line.substring(colon + 1);
      if (!address.equals("host-gateway") && !Addresses.isLiteral(address)) {
        throw EngineException.invalid("invalid IP address in add-host: \"%s\"", address);
      }
    }
  }

  private static void container(ContainerConfig config) {
    String directory = text(config.workingDir());
    if (!directory.isEmpty() && !directory.startsWith("/")) {
      throw EngineException.invalid(
          "the working directory '%s' is invalid, it needs to be an absolute path", directory);
    }
    String signal = text(config.stopSignal());
    if (!signal.isEmpty() && Signals.parse(signal).isEmpty()) {
      throw EngineException.invalid("invalid signal: %s", signal);
    }
    for (String variable : config.env() == null ? List.<String>of() : config.env()) {
      if (variable.isEmpty() || variable.startsWith("=")) {
        throw EngineException.invalid("invalid environment variable: %s", variable);
      }
    }
    String hostname = text(config.hostname());
    if (hostname.length() > LONGEST_HOSTNAME) {
      throw EngineException.invalid(
          "hostname \"%s\" is too long (maximum %d bytes)", hostname, LONGEST_HOSTNAME);
    }
    if (config.exposedPorts() != null) {
      config.exposedPorts().keySet().forEach(ValidateConfig::port);
    }
    health(config.healthcheck());
  }

  private static void health(@Nullable HealthConfig health) {
    if (health == null) {
      return;
    }
    duration("Interval", health.interval());
    duration("Timeout", health.timeout());
    if (health.retries() != null && health.retries() < 0) {
      throw EngineException.invalid("Retries in Healthcheck cannot be negative");
    }
    duration("StartPeriod", health.startPeriod());
    duration("StartInterval", health.startInterval());
  }

  private static void duration(String name, @Nullable Long nanos) {
    if (nanos != null && nanos != 0 && nanos < SHORTEST_NANOS) {
      throw EngineException.invalid("%s in Healthcheck cannot be less than 1ms", name);
    }
  }

  private static void ports(@Nullable Map<String, @Nullable List<PortBinding>> bindings) {
    if (bindings == null) {
      return;
    }
    bindings.forEach((port, targets) -> {
      port(port);
      for (PortBinding target : targets == null ? List.<PortBinding>of() : targets) {
        String hostPort = text(target.hostPort());
        if (!hostPort.isEmpty() && !range(hostPort, 0)) {
          throw EngineException.invalid("invalid port specification: \"%s\"", hostPort);
        }
      }
    });
  }

  /** {@code 80}, {@code 80/tcp}, {@code 53/udp}, {@code 8000-8010/sctp}. */
  private static void port(String text) {
    int slash = text.indexOf('/');
    String number = slash < 0 ? text : text.substring(0, slash);
    String protocol = slash < 0 ? "tcp" : text.substring(slash + 1).toLowerCase(Locale.ROOT);
    boolean known = Set.of("tcp", "udp", "sctp").contains(protocol);
    if (!range(number, 1) || !known) {
      throw EngineException.invalid("invalid port specification: \"%s\"", known ? number : text);
    }
  }

  private static boolean range(String text, int least) {
    var matcher = PORT.matcher(text);
    if (!matcher.matches()) {
      return false;
    }
    int first = Integer.parseInt(matcher.group(1));
    int last = matcher.group(3) == null ? first : Integer.parseInt(matcher.group(3));
    return first >= least && first <= last && last <= 65535;
  }

  private static boolean restarts(@Nullable RestartPolicy policy) {
    String name = policy == null ? "" : text(policy.name());
    return !name.isEmpty() && !name.equals("no");
  }

  /** Refuses a policy that does not exist, and retries where the policy counts none. */
  public static void restartPolicy(@Nullable RestartPolicy policy) {
    if (policy == null) {
      return;
    }
    int retries = policy.maximumRetryCount() == null ? 0 : policy.maximumRetryCount();
    String name = text(policy.name());
    switch (name) {
      case "", "no", "always", "unless-stopped" -> {
        if (retries != 0) {
          throw EngineException.invalid(
              "invalid restart policy: maximum retry count can only be used with 'on-failure'%s",
              retries < 0 ? " and cannot be negative" : "");
        }
      }
      case "on-failure" -> {
        if (retries < 0) {
          throw EngineException.invalid(
              "invalid restart policy: maximum retry count cannot be negative");
        }
      }
      default ->
          throw EngineException.invalid(
              "invalid restart policy: unknown policy '%s'; use one of 'no', 'always',"
                  + " 'on-failure', or 'unless-stopped'",
              name);
    }
  }

  private static void limits(HostConfig hostConfig) {
    if (hostConfig.shmSize() != null && hostConfig.shmSize() < 0) {
      throw EngineException.invalid("SHM size can not be less than 0");
    }
    Integer score = hostConfig.oomScoreAdj();
    if (score != null && (score < -1000 || score > 1000)) {
      throw EngineException.invalid(
          "Invalid value %d, range for oom score adj is [-1000, 1000]", score);
    }
    Limits.check(hostConfig.ulimits());
    consoleSize(hostConfig.consoleSize());
    if (!text(hostConfig.cgroup()).isEmpty()) {
      throw EngineException.invalid(
          "HostConfig.Cgroup is not supported; CgroupParent says where a container's cgroup is");
    }
    CgroupParent.check(hostConfig.cgroupParent());
  }

  private static void consoleSize(@Nullable List<Integer> size) {
    for (Integer number : size == null ? List.<Integer>of() : size) {
      if (number < 0) {
        throw EngineException.invalid("invalid console size: %s", size);
      }
    }
  }

  private static String text(@Nullable String value) {
    return value == null ? "" : value;
  }
}
