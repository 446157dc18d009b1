package dev.priok.engine.containers;

import dev.priok.engine.containers.spec.NamespaceTarget;
import dev.priok.engine.containers.spec.RootFiles;
import dev.priok.engine.containers.spec.SpecMount;
import dev.priok.engine.containers.spec.SpecRequest;
import dev.priok.engine.networks.ContainerNetworks.Plugged;
import dev.priok.host.runtime.Supervision;
import dev.priok.model.api.container.HostConfig;
import dev.priok.model.error.EngineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Gathers what the OCI configuration of one run is made from. */
final class PrepareSpec {
  /** Where containers' cgroups are unless {@code --cgroup-parent} says otherwise. */
  static final String CGROUP_PARENT = "/priok";

  private final ContainerTable table;
  private final ContainerLinks links;
  private final ContainerFiles files;
  private final RunVolumes volumes;
  private final Function<Path, RootFiles> rootFiles;
  private final ContainerLogs logs;

  PrepareSpec(
      ContainerTable table,
      ContainerLinks links,
      ContainerFiles files,
      RunVolumes volumes,
      Function<Path, RootFiles> rootFiles,
      ContainerLogs logs) {
    this.logs = logs;
    this.table = table;
    this.links = links;
    this.files = files;
    this.volumes = volumes;
    this.rootFiles = rootFiles;
  }

  /** What is ready on the host's file system before the network is. */
  record Prepared(RunVolumes.Ready mounts) implements AutoCloseable {
    @Override
    public void close() {
      mounts.close();
    }
  }

  Prepared fileSystem(ContainerRecord record, Path rootfs) throws IOException {
    Files.createDirectories(files.folder(record.id()));
    return new Prepared(volumes.run(record, rootfs));
  }

  SpecRequest request(
      ContainerRecord record, Path rootfs, Prepared prepared, @Nullable Plugged plugged)
      throws IOException {
    HostConfig host = record.hostConfig();
    List<SpecMount> mounts = new ArrayList<>(prepared.mounts().spec());
    addNameFiles(record, plugged, mounts);
    return new SpecRequest(
        record.id().value(),
        record.config(),
        host,
        rootfs,
        rootFiles.apply(rootfs),
        mounts,
        network(host, plugged),
        namespace("ipc", host.ipcMode()),
        namespace("pid", host.pidMode()),
        cgroupPath(record),
        null,
        links.environment(record));
  }

  /** The three files that Docker provides, unless the user mounts something of his own there. */
  private void addNameFiles(
      ContainerRecord record, @Nullable Plugged plugged, List<SpecMount> mounts)
      throws IOException {
    String other = NetworkWishes.sharedWith(record.hostConfig());
    Path hosts = files.hosts(record.id());
    Path resolvConf = files.resolvConf(record.id());
    Path hostname = files.hostname(record.id());
    if (other != null) {
      Container shared = table.get(other);
      hosts = files.hosts(shared.id());
      resolvConf = files.resolvConf(shared.id());
      hostname = files.hostname(shared.id());
    } else {
      Files.writeString(hosts, plugged == null ? hostFile("/etc/hosts") : plugged.hosts());
      Files.writeString(
          resolvConf, plugged == null ? hostFile("/etc/resolv.conf") : plugged.resolvConf());
      Files.writeString(hostname, record.config().hostname() + "\n");
    }
    boolean readOnly = Boolean.TRUE.equals(record.hostConfig().readonlyRootfs());
    bind(mounts, resolvConf, "/etc/resolv.conf", readOnly);
    bind(mounts, hostname, "/etc/hostname", readOnly);
    bind(mounts, hosts, "/etc/hosts", readOnly);
  }

  private static void bind(List<SpecMount> mounts, Path source, String target, boolean readOnly) {
    if (mounts.stream().noneMatch(m -> m.destination().equals(target))) {
      mounts.add(SpecMount.Bind.of(source.toString(), target, readOnly));
    }
  }

  private static String hostFile(String path) throws IOException {
    Path file = Path.of(path);
    return Files.isRegularFile(file) ? Files.readString(file) : "";
  }

  private NamespaceTarget network(HostConfig host, @Nullable Plugged plugged) {
    String other = NetworkWishes.sharedWith(host);
    if (other != null) {
      return new NamespaceTarget.Joined(namespacePath("net", other));
    }
    return plugged == null
        ? new NamespaceTarget.Host()
        : new NamespaceTarget.Joined(plugged.namespace());
  }

  private NamespaceTarget namespace(String kind, @Nullable String mode) {
    if (mode != null && mode.startsWith("container:")) {
      return new NamespaceTarget.Joined(namespacePath(kind, mode.substring("container:".length())));
    }
    return "host".equals(mode) ? new NamespaceTarget.Host() : new NamespaceTarget.Private();
  }

  private Path namespacePath(String kind, String other) {
    Container shared = table.get(other);
    if (!shared.state().isAlive()) {
      throw EngineException.conflict(
          "cannot join %s namespace of a non running container: %s", kind, shared.id());
    }
    return Path.of("/proc", Integer.toString(shared.state().pid()), "ns", kind);
  }

  static String cgroupPath(ContainerRecord record) {
    String parent = record.hostConfig().cgroupParent();
    String under = parent == null || parent.isEmpty() ? CGROUP_PARENT : parent;
    if (!under.startsWith("/")) {
      under = "/" + under;
    }
    return under + "/" + record.id();
  }

  Supervision supervision(ContainerRecord record) {
    String runtime = record.hostConfig().runtime();
    return new Supervision(
        record.id().value(),
        runtime == null ? "" : runtime,
        cgroupPath(record),
        files.log(record.id()),
        logs.limits(record),
        record.hasTty(),
        Boolean.TRUE.equals(record.config().openStdin()),
        Boolean.TRUE.equals(record.config().stdinOnce()));
  }
}
