package dev.priok.daemon;

import dev.priok.engine.containers.AttachedContainers;
import dev.priok.engine.containers.Container;
import dev.priok.engine.containers.ContainerActivity;
import dev.priok.engine.containers.ContainerEvents;
import dev.priok.engine.containers.ContainerFiles;
import dev.priok.engine.containers.ContainerLogs;
import dev.priok.engine.containers.ContainerTable;
import dev.priok.engine.containers.ContainerUses;
import dev.priok.engine.containers.ContainersRoom;
import dev.priok.engine.containers.StartGate;
import dev.priok.engine.containers.spec.BuildExecProcess;
import dev.priok.engine.containers.spec.ContainerDefaults;
import dev.priok.engine.containers.spec.HostFacts;
import dev.priok.engine.containers.spec.OpenRootFiles;
import dev.priok.engine.containers.spec.ProbeHost;
import dev.priok.engine.disk.SizeKeeper;
import dev.priok.engine.exec.ExecService;
import dev.priok.engine.images.EngineImages;
import dev.priok.engine.images.ImageStore;
import dev.priok.engine.networks.BridgedContainers;
import dev.priok.engine.networks.ManageNetworks;
import dev.priok.engine.networks.NetworkRecord;
import dev.priok.engine.networks.NetworkRegistry;
import dev.priok.engine.networks.TimedNetworks;
import dev.priok.engine.volumes.ContainerVolumes;
import dev.priok.engine.volumes.VolumeRecord;
import dev.priok.engine.volumes.VolumeService;
import dev.priok.engine.volumes.VolumeSizes;
import dev.priok.host.logging.LogCeiling;
import dev.priok.host.logging.drivers.LogDrivers;
import dev.priok.host.network.BridgeDriver;
import dev.priok.host.network.Firewall;
import dev.priok.host.network.NftFirewall;
import dev.priok.host.network.PortAllocator;
import dev.priok.host.plugin.FindPlugin;
import dev.priok.host.registry.RegistryClient;
import dev.priok.host.runtime.AppArmorProfile;
import dev.priok.host.runtime.ConmonProcesses;
import dev.priok.host.storage.LayerId;
import dev.priok.host.store.Blobs;
import dev.priok.kernel.cgroup.CgroupLayout;
import dev.priok.kernel.host.HostInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The rooms of the engine, each built when those that it needs are there. */
record Rooms(
    ContainersRoom containers,
    ExecService execs,
    EngineImages images,
    RegistryClient registries,
    VolumeService volumes,
    VolumeSizes volumeSizes,
    ManageNetworks networks,
    ContainerLogs logs,
    SizeKeeper sizes,
    CgroupLayout cgroups,
    HostFacts host) {

  /**
   * Builds them, and brings back what was there when the last daemon ended.
   *
   * @param metrics counts and times what they do; null where nobody asks for it
   */
  static Rooms build(Foundation below, OpenParts parts, @Nullable Metrics metrics)
      throws IOException {
    DaemonConfig config = below.config();
    Firewall firewall =
        config.networks().iptables()
            ? new NftFirewall(NetworkSettings.tableName(config))
            : Firewall.none();
    NetworkRegistry registry =
        new NetworkRegistry(
            below.store().records("networks", NetworkRecord.class),
            new BridgeDriver(),
            firewall,
            below.options().networks());
    registry.start();
    BridgedContainers plugs =
        new BridgedContainers(
            registry,
            firewall,
            new PortAllocator(config.networks().userlandProxy()),
            below.events());
    CgroupLayout cgroups = CgroupLayout.detect();
    HostFacts host = probe();

    ContainerTable table = new ContainerTable(below.containers());
    ContainerUses uses = new ContainerUses(table);
    ImageStore store = imageStore(below, table, uses);
    RegistryClient registries = new RegistryClient(LiveParts.registryOptions(config));
    EngineImages images = new EngineImages(store, registries, below.events());
    images.limit(config.registries().downloads(), config.registries().uploads());
    VolumeService volumes = volumes(below, uses);

    ContainerFiles files = new ContainerFiles(below.root(), config.execRoot());
    LogCeiling ceiling = new LogCeiling(files.durableRoot(), below.options().logs().ceiling());
    ConmonProcesses processes =
        parts.keep(
            new ConmonProcesses(
                below.loop(), config.execRoot(), below.options().runtimes(), ceiling));
    ceiling.rotateBy(processes::rotateLog);
    // After the processes, so that it ends before them: their streams end then, no container does.
    ContainerLogs logs =
        parts.keep(
            new ContainerLogs(
                LogDrivers.standard(),
                below.options().logs(),
                files,
                ceiling,
                HostInfo.uname().node()));
    SizeKeeper sizes = parts.keep(new SizeKeeper());
    StartGate gate = new StartGate();
    ExecService execs =
        new ExecService(
            table,
            processes,
            new BuildExecProcess(host, below.options().containers()),
            container -> new OpenRootFiles(processRoot(container)),
            new ContainerEvents(below.events()),
            gate);
    ContainersRoom containers =
        parts.keep(
            new ContainersRoom(
                table,
                new ContainersRoom.Needs(
                    processes,
                    metrics == null ? plugs : new TimedNetworks(plugs, metrics.networks()),
                    below.storage(),
                    new ContainerVolumes(volumes, config.execRoot().resolve("mounts")),
                    store,
                    images.commit(),
                    store::descendants,
                    images::size,
                    below.events(),
                    files,
                    logs,
                    host,
                    below.options().containers(),
                    OpenRootFiles::new,
                    cgroups::group,
                    HostInfo.memoryTotal(),
                    execs::idsOf,
                    gate,
                    sizes)));
    containers.restore();
    execs.restore();
    new UpgradeMark(config.execRoot()).remove();
    parts.keep(() -> {
      if (!containers.anyAlive()) {
        registry.stop();
        processes.removeEmptyParent(ContainerDefaults.CGROUP_PARENT);
      }
    });

    ContainerActivity activity = new ContainerActivity(table, cgroups::group);
    return new Rooms(
        containers,
        execs,
        images,
        registries,
        volumes,
        new VolumeSizes(volumes, activity::ofUsers, activity::isInUse, sizes),
        new ManageNetworks(registry, plugs, new AttachedContainers(table, files), below.events()),
        logs,
        sizes,
        cgroups,
        host);
  }

  private static HostFacts probe() throws IOException {
    HostFacts facts = new ProbeHost().probe();
    if (facts.apparmor()) {
      new AppArmorProfile().load();
    }
    return facts;
  }

  /** Without what a crash left, of layers as well. */
  private static ImageStore imageStore(Foundation below, ContainerTable table, ContainerUses uses)
      throws IOException {
    ImageStore images =
        new ImageStore(
            below.store(),
            new Blobs(below.root().resolve("content")),
            below.storage(),
            uses,
            below.disk());
    images.sweep();
    Set<LayerId> layers = new HashSet<>(images.layersInUse());
    layers.addAll(ContainersRoom.layers(table));
    below.storage().sweep(layers);
    return images;
  }

  private static VolumeService volumes(Foundation below, ContainerUses uses) throws IOException {
    VolumeService volumes =
        new VolumeService(
            below.root().resolve("volumes"),
            below.store().records("volumes", VolumeRecord.class),
            uses,
            below.events(),
            Clock.systemUTC(),
            new FindPlugin(),
            below.ids());
    volumes.sweep();
    return volumes;
  }

  /** A running container's files as its own processes see them, mounts included. */
  private static Path processRoot(Container container) {
    return Path.of("/proc", Integer.toString(container.state().pid()), "root");
  }
}
