package dev.priok.engine.containers.spec;

import dev.priok.engine.containers.spec.NamespaceTarget.Host;
import dev.priok.engine.containers.spec.NamespaceTarget.Joined;
import dev.priok.engine.containers.spec.NamespaceTarget.Private;
import dev.priok.engine.containers.spec.ProcessPart.Limit;
import dev.priok.engine.containers.spec.UserLookup.SpecUser;
import dev.priok.host.archive.IdMap;
import dev.priok.model.api.container.ContainerConfig;
import dev.priok.model.api.container.HostConfig;
import dev.priok.model.error.EngineException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes the {@code config.json} of a container's OCI bundle (runtime specification 1.0.2, which
 * runc 1.1 and every later runtime reads).
 *
 * <p>Nothing of a request is dropped in silence: what this engine does not do is refused here or by
 * {@link ValidateConfig}.
 */
public final class BuildSpec {
  private final HostFacts host;
  private final ContainerDefaults defaults;
  private final CdiDevices cdi;
  private final Capabilities capabilities;
  private final Seccomp seccomp;

  public BuildSpec(HostFacts host, ContainerDefaults defaults) {
    this.host = host;
    this.defaults = defaults;
    this.capabilities = new Capabilities(host);
    this.seccomp = new Seccomp(host, defaults.seccompProfile());
    this.cdi = new CdiDevices(defaults.cdiFolders());
  }

  /** The bytes of {@code config.json}. */
  public byte[] build(SpecRequest request) throws IOException {
    ContainerConfig config = request.config();
    HostConfig hostConfig = request.hostConfig();
    boolean privileged = Boolean.TRUE.equals(hostConfig.privileged());
    SecurityOptions security =
        SecurityOptions.parse(hostConfig.securityOpt(), defaults.noNewPrivileges());
    Set<String> caps =
        capabilities.effective(hostConfig.capAdd(), hostConfig.capDrop(), privileged);
    Devices devices = Devices.of(hostConfig);
    CdiEdits edits = cdi.edits(hostConfig.deviceRequests());
    devices.add(edits.nodes());
    SpecUser user =
        new UserLookup(request.rootFiles())
            .find(config.user(), orEmpty(hostConfig.groupAdd()))
            .with(edits.groups());
    List<String> arguments = arguments(config);
    List<SpecMount> mounts = new ArrayList<>(request.mounts());
    if (wantsInit(hostConfig) && request.pid() instanceof Private) {
      Path init = InitProgram.find(defaults.initPath());
      arguments.addAll(0, List.of(InitProgram.INSIDE, "--"));
      mounts.add(InitProgram.mount(init));
    }
    boolean remapped = isRemapped(hostConfig);
    MountPropagation propagation = new MountPropagation();
    MountsPart mountsPart =
        new MountsPart(
            SpecRequestBuilder.from(request).withMounts(mounts), security, host, remapped);
    List<MountsPart.Entry> entries = new ArrayList<>(mountsPart.entries(propagation));
    entries.addAll(edits.mounts());
    ProcessPart.Settings settings =
        settings(request, arguments, security, privileged, edits.environment());
    List<Limit> limits = Limits.of(hostConfig.ulimits(), defaults.ulimits());

    return SpecWriter.render(out -> {
      out.string("ociVersion", "1.0.2");
      out.object("process", () -> ProcessPart.write(out, settings, user, caps, limits));
      out.object(
          "root",
          () -> {
            out.string("path", request.rootfs().toString());
            out.bool("readonly", Boolean.TRUE.equals(hostConfig.readonlyRootfs()));
          });
      if (!"host".equals(hostConfig.utsMode())) {
        out.string("hostname", config.hostname() == null ? "" : config.hostname());
      }
      mountsPart.write(out, entries);
      edits.writeHooks(out);
      out.map(
          "annotations", hostConfig.annotations() == null ? Map.of() : hostConfig.annotations());
      out.object(
          "linux",
          () -> {
            linux(out, request, security, privileged, caps, devices);
            out.string("rootfsPropagation", propagation.root());
          });
    });
  }

  /** What inspect shows; empty on a host without AppArmor. */
  public String apparmorProfile(HostConfig hostConfig) {
    return host.apparmor()
        ? SecurityOptions.parse(hostConfig.securityOpt(), false)
            .apparmorProfile(Boolean.TRUE.equals(hostConfig.privileged()))
        : "";
  }

  /** The limits alone, as {@code ContainerProcesses.update} takes them. */
  public byte[] resources(HostConfig hostConfig) {
    return SpecWriter.render(out -> new Resources(hostConfig, host).write(out));
  }

  private void linux(
      SpecWriter out,
      SpecRequest request,
      SecurityOptions security,
      boolean privileged,
      Set<String> caps,
      Devices devices) {
    HostConfig hostConfig = request.hostConfig();
    out.map("sysctl", sysctls(request));
    out.string("cgroupsPath", request.cgroupPath());
    out.object(
        "resources",
        () -> {
          devices.writeRules(out);
          new Resources(hostConfig, host).write(out);
        });
    namespaces(out, request);
    if (isRemapped(hostConfig)) {
      ids(out, "uidMappings", defaults.ids().users());
      ids(out, "gidMappings", defaults.ids().groups());
    }
    devices.writeNodes(out);
    String filter = seccomp.json(security.seccomp(), privileged, caps);
    if (filter != null) {
      out.raw("seccomp", filter);
    }
    boolean open = privileged || security.systemPathsUnconfined();
    out.strings("maskedPaths", paths(hostConfig.maskedPaths(), open, SystemPaths.MASKED));
    out.strings("readonlyPaths", paths(hostConfig.readonlyPaths(), open, SystemPaths.READ_ONLY));
  }

  private static void ids(SpecWriter out, String name, List<IdMap.Range> ranges) {
    out.array(
        name,
        () -> {
          for (IdMap.Range range : ranges) {
            out.element(() -> {
              out.number("containerID", range.inside());
              out.number("hostID", range.outside());
              out.number("size", range.length());
            });
          }
        });
  }

  /** Whether a container has a user namespace of its own. */
  private boolean isRemapped(HostConfig hostConfig) {
    return !defaults.ids().isNone() && !"host".equals(hostConfig.usernsMode());
  }

  private boolean wantsInit(HostConfig hostConfig) {
    return hostConfig.init() == null ? defaults.init() : hostConfig.init();
  }

  private static List<String> paths(
      @Nullable List<String> wanted, boolean open, List<String> usual) {
    if (wanted != null) {
      return wanted;
    }
    return open ? List.of() : usual;
  }

  private void namespaces(SpecWriter out, SpecRequest request) {
    HostConfig hostConfig = request.hostConfig();
    out.array(
        "namespaces",
        () -> {
          namespace(out, "mount", new Private());
          if (isRemapped(hostConfig)) {
            namespace(out, "user", new Private());
          }
          namespace(out, "network", request.network());
          if (!"host".equals(hostConfig.utsMode())) {
            namespace(out, "uts", new Private());
          }
          namespace(out, "pid", request.pid());
          namespace(out, "ipc", request.ipc());
          if (privateCgroups(hostConfig)) {
            namespace(out, "cgroup", new Private());
          }
        });
  }

  /** Docker's default: private on cgroup v2, the host's on v1. */
  private boolean privateCgroups(HostConfig hostConfig) {
    String mode = hostConfig.cgroupnsMode();
    if (mode == null || mode.isEmpty()) {
      return host.cgroupVersion() == 2;
    }
    return mode.equals("private");
  }

  private static void namespace(SpecWriter out, String type, NamespaceTarget target) {
    switch (target) {
      case Host ignored -> {}
      case Private ignored -> out.element(() -> out.string("type", type));
      case Joined joined ->
          out.element(() -> {
            out.string("type", type);
            out.string("path", joined.path().toString());
          });
    }
  }

  private Map<String, String> sysctls(SpecRequest request) {
    HostConfig hostConfig = request.hostConfig();
    Map<String, String> sysctls = new LinkedHashMap<>();
    String domain = request.config().domainname();
    if (domain != null && !domain.isEmpty() && !"host".equals(hostConfig.utsMode())) {
      sysctls.put("kernel.domainname", domain);
    }
    String mode = hostConfig.networkMode() == null ? "" : hostConfig.networkMode();
    boolean ownNetwork = !mode.equals("host") && !mode.startsWith("container:");
    if (ownNetwork && !(request.network() instanceof Host)) {
      // ping without CAP_NET_RAW, and ports below 1024 without CAP_NET_BIND_SERVICE.
      // In a user namespace the largest group may have no id, and the kernel takes the range not.
      if (host.pingGroupRange() && !isRemapped(hostConfig)) {
        sysctls.put("net.ipv4.ping_group_range", "0 2147483647");
      }
      if (host.unprivilegedPortStart()) {
        sysctls.put("net.ipv4.ip_unprivileged_port_start", "0");
      }
    }
    if (hostConfig.sysctls() != null) {
      sysctls.putAll(hostConfig.sysctls());
    }
    return sysctls;
  }

  private ProcessPart.Settings settings(
      SpecRequest request,
      List<String> arguments,
      SecurityOptions security,
      boolean privileged,
      List<String> deviceEnvironment) {
    ContainerConfig config = request.config();
    HostConfig hostConfig = request.hostConfig();
    boolean terminal = Boolean.TRUE.equals(config.tty());
    List<String> base = new ArrayList<>();
    base.add(ProcessPart.DEFAULT_PATH);
    base.add("HOSTNAME=" + (config.hostname() == null ? "" : config.hostname()));
    if (terminal) {
      base.add("TERM=xterm");
    }
    base.addAll(request.linkEnvironment());
    String directory = config.workingDir();
    return new ProcessPart.Settings(
        arguments,
        ProcessPart.environment(base, List.of(orEmpty(config.env()), deviceEnvironment)),
        directory == null || directory.isEmpty() ? "/" : directory,
        terminal,
        hostConfig.consoleSize(),
        security.noNewPrivileges(),
        host.apparmor() ? security.apparmorProfile(privileged) : null,
        hostConfig.oomScoreAdj() == null ? 0L : hostConfig.oomScoreAdj().longValue());
  }

  private static List<String> arguments(ContainerConfig config) {
    List<String> arguments = new ArrayList<>(orEmpty(config.entrypoint()));
    arguments.addAll(orEmpty(config.cmd()));
    if (arguments.isEmpty()) {
      throw EngineException.invalid("no command specified");
    }
    return arguments;
  }

  private static <T> List<T> orEmpty(@Nullable List<T> list) {
    return list == null ? List.of() : list;
  }
}
