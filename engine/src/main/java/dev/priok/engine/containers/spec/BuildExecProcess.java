package dev.priok.engine.containers.spec;

import dev.priok.engine.containers.spec.UserLookup.SpecUser;
import dev.priok.model.api.container.HostConfig;
import dev.priok.model.api.exec.ExecConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes the process description of an exec ({@code runc exec --process}). */
public final class BuildExecProcess {
  private final HostFacts host;
  private final ContainerDefaults defaults;
  private final Capabilities capabilities;

  public BuildExecProcess(HostFacts host, ContainerDefaults defaults) {
    this.host = host;
    this.defaults = defaults;
    this.capabilities = new Capabilities(host);
  }

  /** The JSON text. {@code exec} has been validated: its command is not empty. */
  public String build(ExecRequest request) throws IOException {
    ExecConfig exec = request.exec();
    HostConfig hostConfig = request.hostConfig();
    boolean privileged =
        Boolean.TRUE.equals(exec.privileged()) || Boolean.TRUE.equals(hostConfig.privileged());
    SecurityOptions security =
        SecurityOptions.parse(hostConfig.securityOpt(), defaults.noNewPrivileges());
    String userName =
        exec.user() == null || exec.user().isEmpty() ? request.containerUser() : exec.user();
    List<String> groups = hostConfig.groupAdd() == null ? List.of() : hostConfig.groupAdd();
    UserLookup lookup = new UserLookup(request.rootFiles());
    SpecUser user = lookup.find(userName, groups);
    Set<String> caps =
        capabilities.effective(hostConfig.capAdd(), hostConfig.capDrop(), privileged);
    boolean terminal = Boolean.TRUE.equals(exec.tty());
    List<String> base = new ArrayList<>();
    base.add(ProcessPart.DEFAULT_PATH);
    base.add("HOSTNAME=" + request.hostname());
    if (terminal) {
      base.add("TERM=xterm");
    }
    List<String> own = exec.env() == null ? List.of() : exec.env();
    List<String> environment =
        new ArrayList<>(
            ProcessPart.environment(base, List.of(request.containerEnvironment(), own)));
    if (environment.stream().noneMatch(v -> v.startsWith("HOME="))) {
      // Runtimes do the same; what runs without one (a health check) needs it from here.
      environment.add("HOME=" + lookup.home(user.uid()));
    }
    String directory = exec.workingDir();
    if (directory == null || directory.isEmpty()) {
      directory = request.containerDirectory();
    }
    // runc does not take them from the container, so an exec would have the daemon's.
    List<ProcessPart.Limit> limits = Limits.of(hostConfig.ulimits(), defaults.ulimits());
    ProcessPart.Settings settings =
        new ProcessPart.Settings(
            exec.cmd() == null ? List.of() : exec.cmd(),
            environment,
            directory == null || directory.isEmpty() ? "/" : directory,
            terminal,
            request.consoleSize(),
            security.noNewPrivileges(),
            // More rights for an exec are capabilities; the profile stays the container's.
            host.apparmor()
                ? security.apparmorProfile(Boolean.TRUE.equals(hostConfig.privileged()))
                : null,
            null);
    byte[] json = SpecWriter.render(out -> ProcessPart.write(out, settings, user, caps, limits));
    return new String(json, StandardCharsets.UTF_8);
  }

  /** An exec and what it inherits from its container. */
  public record ExecRequest(
      ExecConfig exec,
      HostConfig hostConfig,
      RootFiles rootFiles,
      String hostname,
      @Nullable String containerUser,
      @Nullable String containerDirectory,
      List<String> containerEnvironment,
      @Nullable List<Integer> consoleSize) {}
}
