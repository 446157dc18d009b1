package dev.priok.cli.container;

import dev.priok.cli.CliException;
import dev.priok.cli.KeyValues;
import dev.priok.cli.format.Instants;
import dev.priok.model.api.container.ContainerCreateRequestBuilder;
import dev.priok.model.api.container.HealthConfig;
import dev.priok.model.api.container.HostConfigBuilder;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of create and run about the process: its program, user, environment and health. */
final class ProcessOptions {
  @Option(
      names = {"-a", "--attach"},
      paramLabel = "list",
      description = "Attach to STDIN, STDOUT or STDERR.")
  List<String> attach = new ArrayList<>();

  @Option(
      names = "--annotation",
      paramLabel = "map",
      description = "Add an annotation to the container (passed through to the OCI runtime).")
  List<String> annotations = new ArrayList<>();

  @Option(names = "--cap-add", paramLabel = "list", description = "Add Linux capabilities.")
  List<String> capAdd = new ArrayList<>();

  @Option(names = "--cap-drop", paramLabel = "list", description = "Drop Linux capabilities.")
  List<String> capDrop = new ArrayList<>();

  @Option(
      names = "--cgroupns",
      paramLabel = "string",
      description = "Cgroup namespace to use (host|private).")
  @Nullable String cgroupns;

  @Option(names = "--domainname", paramLabel = "string", description = "Container NIS domain name.")
  @Nullable String domainname;

  @Option(
      names = "--entrypoint",
      paramLabel = "string",
      description = "Overwrite the default ENTRYPOINT of the image.")
  @Nullable String entrypoint;

  @Option(
      names = {"-e", "--env"},
      paramLabel = "list",
      description = "Set environment variables.")
  List<String> env = new ArrayList<>();

  @Option(
      names = "--env-file",
      paramLabel = "list",
      description = "Read in a file of environment variables.")
  List<String> envFiles = new ArrayList<>();

  @Option(
      names = "--group-add",
      paramLabel = "list",
      description = "Add additional groups to join.")
  List<String> groupAdd = new ArrayList<>();

  @Option(
      names = "--health-cmd",
      paramLabel = "string",
      description = "Command to run to check health.")
  @Nullable String healthCmd;

  @Option(
      names = "--health-interval",
      paramLabel = "duration",
      description = "Time between running the check (ms|s|m|h).")
  @Nullable String healthInterval;

  @Option(
      names = "--health-retries",
      paramLabel = "int",
      description = "Consecutive failures needed to report unhealthy.")
  @Nullable Integer healthRetries;

  @Option(
      names = "--health-start-interval",
      paramLabel = "duration",
      description = "Time between checks during the start period.")
  @Nullable String healthStartInterval;

  @Option(
      names = "--health-start-period",
      paramLabel = "duration",
      description = "Start period to initialize before counting failures.")
  @Nullable String healthStartPeriod;

  @Option(
      names = "--health-timeout",
      paramLabel = "duration",
      description = "Maximum time to allow one check to run.")
  @Nullable String healthTimeout;

  @Option(
      names = {"-h", "--hostname"},
      paramLabel = "string",
      description = "Container host name.")
  @Nullable String hostname;

  @Option(
      names = "--init",
      description = "Run an init inside the container that forwards signals and reaps processes.")
  boolean init;

  @Option(
      names = {"-i", "--interactive"},
      description = "Keep STDIN open even if not attached.")
  boolean interactive;

  @Option(names = "--ipc", paramLabel = "string", description = "IPC mode to use.")
  @Nullable String ipc;

  @Option(
      names = {"-l", "--label"},
      paramLabel = "list",
      description = "Set meta data on a container.")
  List<String> labels = new ArrayList<>();

  @Option(
      names = "--label-file",
      paramLabel = "list",
      description = "Read in a line delimited file of labels.")
  List<String> labelFiles = new ArrayList<>();

  @Option(names = "--no-healthcheck", description = "Disable any container-specified HEALTHCHECK.")
  boolean noHealthcheck;

  @Option(names = "--pid", paramLabel = "string", description = "PID namespace to use.")
  @Nullable String pid;

  @Option(names = "--privileged", description = "Give extended privileges to this container.")
  boolean privileged;

  @Option(
      names = "--runtime",
      paramLabel = "string",
      description = "Runtime to use for this container.")
  @Nullable String runtime;

  @Option(names = "--security-opt", paramLabel = "list", description = "Security options.")
  List<String> securityOpt = new ArrayList<>();

  @Option(
      names = "--stop-signal",
      paramLabel = "string",
      description = "Signal to stop the container.")
  @Nullable String stopSignal;

  @Option(
      names = "--stop-timeout",
      paramLabel = "int",
      description = "Timeout (in seconds) to stop a container.")
  @Nullable Integer stopTimeout;

  @Option(names = "--sysctl", paramLabel = "map", description = "Sysctl options.")
  List<String> sysctls = new ArrayList<>();

  @Option(
      names = {"-t", "--tty"},
      description = "Allocate a pseudo-TTY.")
  boolean tty;

  @Option(
      names = {"-u", "--user"},
      paramLabel = "string",
      description = "Username or UID (format: <name|uid>[:<group|gid>]).")
  @Nullable String user;

  @Option(names = "--userns", paramLabel = "string", description = "User namespace to use.")
  @Nullable String userns;

  @Option(names = "--uts", paramLabel = "string", description = "UTS namespace to use.")
  @Nullable String uts;

  @Option(
      names = {"-w", "--workdir"},
      paramLabel = "string",
      description = "Working directory inside the container.")
  @Nullable String workdir;

  /** Fills in what these options say. */
  void apply(
      ContainerCreateRequestBuilder request,
      HostConfigBuilder host,
      Map<String, String> environment)
      throws IOException {
    Map<String, String> allLabels = new LinkedHashMap<>();
    allLabels.putAll(KeyValues.map(EnvironmentFiles.read(labelFiles, Map.of())));
    allLabels.putAll(KeyValues.map(labels));
    request
        .hostname(hostname)
        .domainname(domainname)
        .user(user)
        .tty(tty)
        .openStdin(interactive)
        .env(EnvironmentFiles.merge(env, envFiles, environment))
        .workingDir(workdir)
        .entrypoint(entrypoint == null ? null : List.of(entrypoint))
        .labels(allLabels)
        .stopSignal(stopSignal)
        .stopTimeout(stopTimeout)
        .healthcheck(health());
    SecurityOptions security = SecurityOptions.parse(securityOpt);
    host.capAdd(orNull(capAdd))
        .capDrop(orNull(capDrop))
        .cgroupnsMode(cgroupns)
        .groupAdd(orNull(groupAdd))
        .ipcMode(ipc)
        .pidMode(pid)
        .utsMode(uts)
        .usernsMode(userns)
        .privileged(privileged)
        .init(init ? true : null)
        .runtime(runtime)
        .securityOpt(orNull(security.options()))
        .annotations(annotations.isEmpty() ? null : KeyValues.map(annotations))
        .sysctls(sysctls.isEmpty() ? null : KeyValues.map(sysctls));
    if (security.systemPathsUnconfined()) {
      host.maskedPaths(List.of()).readonlyPaths(List.of());
    }
  }

  private @Nullable HealthConfig health() {
    boolean some =
        healthCmd != null
            || healthInterval != null
            || healthRetries != null
            || healthStartInterval != null
            || healthStartPeriod != null
            || healthTimeout != null;
    if (noHealthcheck) {
      if (some) {
        throw new CliException(125, "--no-healthcheck conflicts with --health-* options");
      }
      return new HealthConfig(List.of("NONE"), null, null, null, null, null);
    }
    if (!some) {
      return null;
    }
    return new HealthConfig(
        healthCmd == null ? null : List.of("CMD-SHELL", healthCmd),
        nanos(healthInterval, "--health-interval"),
        nanos(healthTimeout, "--health-timeout"),
        healthRetries,
        nanos(healthStartPeriod, "--health-start-period"),
        nanos(healthStartInterval, "--health-start-interval"));
  }

  private static @Nullable Long nanos(@Nullable String text, String option) {
    if (text == null) {
      return null;
    }
    Duration duration = Instants.duration(text);
    if (duration == null) {
      throw CliException.badOption(text, option, "invalid duration");
    }
    return duration.toNanos();
  }

  private static @Nullable List<String> orNull(List<String> values) {
    return values.isEmpty() ? null : values;
  }
}
