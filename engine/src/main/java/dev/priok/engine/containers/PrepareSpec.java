package dev.priok.engine.containers;

import dev.priok.engine.containers.spec.CgroupParent;
import dev.priok.engine.containers.spec.ContainerDefaults;
import dev.priok.engine.containers.spec.NamespaceTarget;
import dev.priok.engine.containers.spec.RootFiles;
import dev.priok.engine.containers.spec.SpecMount;
import dev.priok.engine.containers.spec.SpecRequest;
import dev.priok.engine.networks.ContainerNetworks.Plugged;
import dev.priok.host.archive.IdMap;
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
  private final ContainerTable table;
  private final ContainerLinks links;
  private final ContainerFiles files;
  private final RunVolumes volumes;
  private final Function<Path, RootFiles> rootFiles;
  private final ContainerLogs logs;
  private final SharedMemory sharedMemory;
  private final IdMap ids;

  PrepareSpec(
      ContainerTable table,
      ContainerLinks links,
      ContainerFiles files,
      RunVolumes volumes,
      Function<Path, RootFiles> rootFiles,
      ContainerLogs logs,
      SharedMemory sharedMemory,
      IdMap ids) {
    this.logs = logs;
    this.table = table;
    this.links = links;
    this.files = files;
    this.volumes = volumes;
    this.rootFiles = rootFiles;
    this.sharedMemory = sharedMemory;
    this.ids = ids;
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
        sharedMemory.prepare(record),
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
      writeNameFiles(record, plugged);
    }
    boolean readOnly = Boolean.TRUE.equals(record.hostConfig().readonlyRootfs());
    bind(mounts, resolvConf, "/etc/resolv.conf", readOnly);
    bind(mounts, hostname, "/etc/hostname", readOnly);
    bind(mounts, hosts, "/etc/hosts", readOnly);
  }

  /** In place, for the container may have them mounted already. */
  void writeNameFiles(ContainerRecord record, @Nullable Plugged plugged) throws IOException {
    write(files.hosts(record.id()), plugged == null ? hostFile("/etc/hosts") : plugged.hosts());
    write(
        files.resolvConf(record.id()),
        plugged == null ? hostFile("/etc/resolv.conf") : plugged.resolvConf());
    write(files.hostname(record.id()), record.config().hostname() + "\n");
  }

  private void write(Path file, String text) throws IOException {
    Files.writeString(file, text);
    if (!ids.isNone()) {
      Files.setAttribute(file, "unix:uid", (int) ids.rootUser());
      Files.setAttribute(file, "unix:gid", (int) ids.rootGroup());
    }
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
    if (plugged != null) {
      return new NamespaceTarget.Joined(plugged.namespace());
    }
    return NetworkWishes.isPlugged(host)
        ? new NamespaceTarget.Private()
        : new NamespaceTarget.Host();
  }

  /**
   * Whether the network is set up after the runtime made the namespaces: the one of the network
   * must belong to the container's user namespace, for its root to have a say there.
   */
  boolean isPluggedLate(ContainerRecord record) {
    return !ids.isNone()
        && !"host".equals(record.hostConfig().usernsMode())
        && NetworkWishes.isPlugged(record.hostConfig());
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
    return CgroupParent.of(
        record.hostConfig().cgroupParent(), ContainerDefaults.CGROUP_PARENT, record.id().value());
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
