package dev.priok.engine.containers.spec;

import dev.priok.kernel.process.Signals;
import dev.priok.model.api.container.ContainerConfig;
import dev.priok.model.api.container.HealthConfig;
import dev.priok.model.api.container.HostConfig;
import dev.priok.model.api.container.LogConfig;
import dev.priok.model.api.container.PortBinding;
import dev.priok.model.api.container.RestartPolicy;
import dev.priok.model.api.container.Ulimit;
import dev.priok.model.error.EngineException;
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
  private static final Set<String> ULIMITS =
      Set.of(
          "core",
          "cpu",
          "data",
          "fsize",
          "locks",
          "memlock",
          "msgqueue",
          "nice",
          "nofile",
          "nproc",
          "rss",
          "rtprio",
          "rttime",
          "sigpending",
          "stack");

  private final HostFacts host;
  private final ValidateResources resources;

  public ValidateConfig(HostFacts host) {
    this.host = host;
    this.resources = new ValidateResources(host);
  }

  /** Returns warnings for the answer; throws where the request is refused. */
  public List<String> validate(ContainerConfig config, HostConfig hostConfig) {
    container(config);
    namespaces(config, hostConfig);
    if (Boolean.TRUE.equals(hostConfig.autoRemove()) && restarts(hostConfig.restartPolicy())) {
      throw EngineException.invalid("can't create 'AutoRemove' container with restart policy");
    }
    ports(hostConfig.portBindings());
    restartPolicy(hostConfig.restartPolicy());
    logDriver(hostConfig.logConfig());
    Capabilities capabilities = new Capabilities(host);
    capabilities.normalize(hostConfig.capAdd(), "CapAdd");
    capabilities.normalize(hostConfig.capDrop(), "CapDrop");
    SecurityOptions security = SecurityOptions.parse(hostConfig.securityOpt(), host);
    String seccomp = security.seccomp();
    if (seccomp != null && !seccomp.isEmpty() && !seccomp.matches("unconfined|builtin")) {
      SeccompProfile.parse(seccomp);
    }
    if (hostConfig.annotations() != null && hostConfig.annotations().containsKey("")) {
      throw EngineException.invalid(
          "invalid Annotations: the empty string is not permitted as an annotation key");
    }
    String isolation = text(hostConfig.isolation());
    if (!isolation.isEmpty() && !isolation.equalsIgnoreCase("default")) {
      throw EngineException.invalid("invalid isolation '%s' on linux", isolation);
    }
    limits(hostConfig);
    return resources.validate(hostConfig, false);
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

  private static void namespaces(ContainerConfig config, HostConfig hostConfig) {
    String network = text(hostConfig.networkMode());
    boolean links = hostConfig.links() != null && !hostConfig.links().isEmpty();
    boolean named = !text(config.hostname()).isEmpty();
    if (network.equals("container") || network.startsWith("container:")) {
      if (network.length() <= "container:".length()) {
        throw EngineException.invalid(
            "invalid network mode: invalid container format container:<name|id>");
      }
      conflict(named, "hostname and the network mode");
      conflict(
          links,
          "container type network can't be used with links. This would result in undefined"
              + " behavior");
      conflict(some(hostConfig.dns()), "dns and the network mode");
      conflict(some(hostConfig.extraHosts()), "custom host-to-IP mapping and the network mode");
      conflict(
          (hostConfig.portBindings() != null && !hostConfig.portBindings().isEmpty())
              || Boolean.TRUE.equals(hostConfig.publishAllPorts()),
          "port publishing and the container type network mode");
      conflict(
          config.exposedPorts() != null && !config.exposedPorts().isEmpty(),
          "port exposing and the container type network mode");
    }
    conflict("host".equals(hostConfig.utsMode()) && named, "hostname and the UTS mode");
    conflict(
        network.equals("host") && links,
        "host type networking can't be used with links. This would result in undefined behavior");
    mode("IPC mode", hostConfig.ipcMode(), Set.of("host", "private", "shareable", "none"), true);
    mode("PID mode", hostConfig.pidMode(), Set.of("host", "private"), true);
    mode("UTS mode", hostConfig.utsMode(), Set.of("host", "private"), false);
    mode("cgroup namespace mode", hostConfig.cgroupnsMode(), Set.of("host", "private"), false);
    String users = text(hostConfig.usernsMode());
    if (!users.isEmpty() && !users.equals("host")) {
      throw EngineException.invalid("invalid USER mode: %s", users);
    }
  }

  private static void mode(
      String what, @Nullable String value, Set<String> known, boolean containers) {
    String mode = text(value);
    boolean joins = containers && mode.startsWith("container:") && mode.length() > 10;
    if (!mode.isEmpty() && !known.contains(mode) && !joins) {
      throw EngineException.invalid("invalid %s: %s", what, mode);
    }
  }

  private static void conflict(boolean present, String what) {
    if (present) {
      throw EngineException.invalid("conflicting options: %s", what);
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
    if (!range(number, 1) || !Set.of("tcp", "udp", "sctp").contains(protocol)) {
      throw EngineException.invalid("invalid port specification: \"%s\"", text);
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

  private static void logDriver(@Nullable LogConfig config) {
    String type = config == null || config.type() == null ? "" : config.type();
    if (!Set.of("", "json-file", "none").contains(type)) {
      throw EngineException.invalid("logger: no log driver named '%s' is registered", type);
    }
  }

  private static boolean restarts(@Nullable RestartPolicy policy) {
    String name = policy == null ? "" : text(policy.name());
    return !name.isEmpty() && !name.equals("no");
  }

  /** Refuses what no policy can be. */
  public static void restartPolicy(@Nullable RestartPolicy policy) {
    if (policy == null) {
      return;
    }
    int retries = policy.maximumRetryCount() == null ? 0 : policy.maximumRetryCount();
    String name = text(policy.name());
    switch (name) {
      case "" -> {}
      case "no", "always", "unless-stopped" -> {
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
    for (Ulimit ulimit : hostConfig.ulimits() == null ? List.<Ulimit>of() : hostConfig.ulimits()) {
      String name = text(ulimit.name());
      if (!ULIMITS.contains(name)) {
        throw EngineException.invalid("invalid ulimit type: %s", name);
      }
      int soft = ulimit.soft() == null ? 0 : ulimit.soft();
      int hard = ulimit.hard() == null ? soft : ulimit.hard();
      if (hard != -1 && (soft > hard || soft == -1)) {
        throw EngineException.invalid(
            "ulimit soft limit must be less than or equal to hard limit: %d > %d", soft, hard);
      }
    }
  }

  private static boolean some(@Nullable List<String> list) {
    return list != null && !list.isEmpty();
  }

  private static String text(@Nullable String value) {
    return value == null ? "" : value;
  }
}
