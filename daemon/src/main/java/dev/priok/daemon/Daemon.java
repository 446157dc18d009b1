package dev.priok.daemon;

import dev.priok.engine.Engine;
import dev.priok.engine.authorization.AuthorizationPlugins;
import dev.priok.engine.containers.AttachedContainers;
import dev.priok.engine.containers.Container;
import dev.priok.engine.containers.ContainerActivity;
import dev.priok.engine.containers.ContainerEvents;
import dev.priok.engine.containers.ContainerFiles;
import dev.priok.engine.containers.ContainerLogs;
import dev.priok.engine.containers.ContainerRecord;
import dev.priok.engine.containers.ContainerTable;
import dev.priok.engine.containers.ContainerUses;
import dev.priok.engine.containers.ContainersRoom;
import dev.priok.engine.containers.LogDefaults;
import dev.priok.engine.containers.StartGate;
import dev.priok.engine.containers.spec.BuildExecProcess;
import dev.priok.engine.containers.spec.ContainerDefaults;
import dev.priok.engine.containers.spec.OpenRootFiles;
import dev.priok.engine.containers.spec.ProbeHost;
import dev.priok.engine.disk.DiskRoom;
import dev.priok.engine.disk.SizeKeeper;
import dev.priok.engine.events.EventBus;
import dev.priok.engine.exec.ExecService;
import dev.priok.engine.images.EngineImages;
import dev.priok.engine.images.ImageStore;
import dev.priok.engine.networks.BridgedContainers;
import dev.priok.engine.networks.ManageNetworks;
import dev.priok.engine.networks.NetworkOptions;
import dev.priok.engine.networks.NetworkRecord;
import dev.priok.engine.networks.NetworkRegistry;
import dev.priok.engine.networks.TimedNetworks;
import dev.priok.engine.storage.Migrations;
import dev.priok.engine.system.HostFacts;
import dev.priok.engine.system.OpenCalls;
import dev.priok.engine.system.SystemService;
import dev.priok.engine.volumes.ContainerVolumes;
import dev.priok.engine.volumes.VolumeRecord;
import dev.priok.engine.volumes.VolumeService;
import dev.priok.engine.volumes.VolumeSizes;
import dev.priok.host.archive.IdMap;
import dev.priok.host.journal.Journal;
import dev.priok.host.logging.LogCeiling;
import dev.priok.host.logging.drivers.LogDrivers;
import dev.priok.host.network.BridgeDriver;
import dev.priok.host.network.Firewall;
import dev.priok.host.network.NftFirewall;
import dev.priok.host.network.PortAllocator;
import dev.priok.host.plugin.FindPlugin;
import dev.priok.host.plugin.PluginException;
import dev.priok.host.registry.RegistryClient;
import dev.priok.host.runtime.AppArmorProfile;
import dev.priok.host.runtime.ConmonProcesses;
import dev.priok.host.runtime.OciRuntimes;
import dev.priok.host.storage.DriverNotSupportedException;
import dev.priok.host.storage.LayerId;
import dev.priok.host.storage.RemappedStorage;
import dev.priok.host.storage.StorageDriver;
import dev.priok.host.storage.choice.StorageDrivers;
import dev.priok.host.store.Blobs;
import dev.priok.host.store.Records;
import dev.priok.host.store.SqliteStore;
import dev.priok.host.store.StoreException;
import dev.priok.http.ApiServer;
import dev.priok.http.ApiServer.ApiOptions;
import dev.priok.http.access.AccessControl;
import dev.priok.http.access.AuditLog;
import dev.priok.http.access.PluginAdmission;
import dev.priok.http.access.RolesFile;
import dev.priok.http.routing.Admission;
import dev.priok.http.routing.CallObserver;
import dev.priok.http.server.ServerOptions;
import dev.priok.kernel.call.NativeCalls;
import dev.priok.kernel.cgroup.CgroupLayout;
import dev.priok.kernel.event.EventLoop;
import dev.priok.kernel.host.HostInfo;
import dev.priok.model.error.EngineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The daemon: all rooms, built in the order in which they need each other, closed in the opposite
 * order. Nothing is decided here but who gets what.
 */
final class Daemon {
  private static final Logger LOG = LoggerFactory.getLogger(Daemon.class);

  private volatile DaemonConfig config;
  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final ContainersRoom room;
  private final ProcessDiagnostics diagnostics;
  private @Nullable LiveParts live;

  private Daemon(DaemonConfig config) throws IOException {
    this.config = config;
    this.diagnostics = new ProcessDiagnostics(config.execRoot(), () -> this.config.debug());
    try {
      this.room = build();
    } catch (IOException | RuntimeException e) {
      // A daemon that cannot start must not leave a bridge or a packet filter behind.
      closeParts();
      throw e;
    }
  }

  /** Refuses what {@link #start} would refuse before it makes anything. */
  static void validate(DaemonConfig config) {
    Requirements.check();
    checkAddresses(config);
    new Listeners(config);
    try {
      checked(config, config.dataRoot());
    } catch (EngineException e) {
      throw new StartRefusedException(String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      throw new StartRefusedException("cannot validate: " + e.getMessage(), e);
    }
  }

  private static void checkAddresses(DaemonConfig config) {
    Listeners.check(config);
    if (!config.metricsAddress().isEmpty()) {
      MetricsListener.parse(config.metricsAddress());
    }
  }

  static Daemon start(DaemonConfig config) {
    long began = System.nanoTime();
    Requirements.check();
    try {
      Daemon daemon = new Daemon(config);
      LOG.info(
          "Priok {} started in {} ms", Version.number(), (System.nanoTime() - began) / 1_000_000);
      daemon.room.startByPolicy();
      daemon.keep(KeepHeapSmall.begin());
      return daemon;
    } catch (EngineException | StoreException e) {
      throw new StartRefusedException(String.valueOf(e.getMessage()), e);
    } catch (DriverNotSupportedException e) {
      throw new StartRefusedException("error initializing graphdriver: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new StartRefusedException("cannot start: " + e.getMessage(), e);
    }
  }

  /** What the options mean, once they have been found to mean something. */
  private record Checked(
      NetworkOptions networks,
      OciRuntimes runtimes,
      ContainerDefaults containers,
      LogDefaults logs) {}

  private static Checked checked(DaemonConfig config, Path root) throws IOException {
    NetworkOptions networks = NetworkSettings.options(config);
    OciRuntimes runtimes =
        new OciRuntimes(LiveParts.addedRuntimes(config), config.defaultRuntime());
    IdMap ids = UsernsRemap.of(config.usernsRemap());
    return new Checked(
        networks,
        runtimes,
        ContainerSettings.defaults(config.containers(), runtimes, ids),
        LogSettings.defaults(config, existing(root)));
  }

  /** The data root, or the nearest folder above it that is there. */
  private static Path existing(Path root) {
    Path path = root;
    while (!Files.exists(path) && path.getParent() != null) {
      path = path.getParent();
    }
    return path;
  }

  private <T extends AutoCloseable> T keep(T part) {
    open.push(part);
    return part;
  }

  private ContainersRoom build() throws IOException {
    checkAddresses(config);
    IdMap ids = UsernsRemap.of(config.usernsRemap());
    Path root = UsernsRemap.folder(prepare(config.dataRoot()), ids);
    prepare(config.execRoot());
    // Whatever an option gets wrong is refused here, before there is a bridge or a packet filter.
    Listeners listeners = new Listeners(config);
    Checked checked = checked(config, root);
    NetworkOptions networkOptions = checked.networks();
    OciRuntimes runtimes = checked.runtimes();
    ContainerDefaults defaults = checked.containers();
    LogDefaults logDefaults = checked.logs();
    keep(DataRootLock.take(root));
    keep(PidFile.write(config.pidfile()));
    NativeLibraries.keepUnder(root);
    // Native calls take long the first time; they warm up while the database opens.
    CompletableFuture<Void> warm =
        CompletableFuture.runAsync(
            NativeCalls::warmUp, task -> Thread.ofPlatform().name("warm-up").start(task));
    SqliteStore store = keep(SqliteStore.open(root.resolve("priok.db")));
    // Decoded while everything is made that needs none of them.
    Records<ContainerRecord> records = store.records("containers", ContainerRecord.class);
    new Migrations(store)
        .pending()
        .ifPresent(migration -> {
          throw new StartRefusedException(migration.advice());
        });
    Journal journal = keep(Journal.open(root.resolve("events"), Journal.Limits.USUAL));
    EventBus events = keep(new EventBus(journal));
    warm.join();
    EventLoop loop = keep(EventLoop.start("events", e -> LOG.error("an event handler failed", e)));
    StorageDriver storage =
        keep(
            remapped(
                new StorageDrivers().open(config.storageDriver(), root, config.storageOpts()),
                ids));
    DiskRoom room = keep(new DiskRoom(root, DiskSettings.lowWater(config, root), events));
    Firewall firewall =
        config.networks().iptables()
            ? new NftFirewall(NetworkSettings.tableName(config))
            : Firewall.none();
    NetworkRegistry registry =
        new NetworkRegistry(
            store.records("networks", NetworkRecord.class),
            new BridgeDriver(),
            firewall,
            networkOptions);
    registry.start();
    BridgedContainers plugs =
        new BridgedContainers(
            registry, firewall, new PortAllocator(config.networks().userlandProxy()), events);

    CgroupLayout cgroups = CgroupLayout.detect();
    dev.priok.engine.containers.spec.HostFacts specFacts = new ProbeHost().probe();
    AppArmorProfile apparmor = new AppArmorProfile();
    if (specFacts.apparmor()) {
      apparmor.load();
    }

    ContainerTable table = new ContainerTable(records);
    ContainerUses uses = new ContainerUses(table);
    ImageStore images =
        new ImageStore(store, new Blobs(root.resolve("content")), storage, uses, room);
    images.sweep();
    Set<LayerId> layers = new HashSet<>(images.layersInUse());
    layers.addAll(ContainersRoom.layers(table));
    storage.sweep(layers);
    RegistryClient registries = new RegistryClient(LiveParts.registryOptions(config));
    EngineImages engineImages = new EngineImages(images, registries, events);
    engineImages.limit(config.registries().downloads(), config.registries().uploads());

    VolumeService volumes =
        new VolumeService(
            root.resolve("volumes"),
            store.records("volumes", VolumeRecord.class),
            uses,
            events,
            Clock.systemUTC(),
            new FindPlugin(),
            ids);
    volumes.sweep();

    Metrics metrics = config.metricsAddress().isEmpty() ? null : new Metrics();
    ContainerFiles files = new ContainerFiles(root, config.execRoot());
    LogCeiling ceiling = new LogCeiling(files.durableRoot(), logDefaults.ceiling());
    ConmonProcesses processes =
        keep(new ConmonProcesses(loop, config.execRoot(), runtimes, ceiling));
    ceiling.rotateBy(processes::rotateLog);
    // After the processes, so that it ends before them: their streams end then, no container does.
    ContainerLogs logs =
        keep(
            new ContainerLogs(
                LogDrivers.standard(), logDefaults, files, ceiling, HostInfo.uname().node()));
    SizeKeeper sizes = keep(new SizeKeeper());
    StartGate gate = new StartGate();
    ExecService execs =
        new ExecService(
            table,
            processes,
            new BuildExecProcess(specFacts, defaults),
            container -> new OpenRootFiles(processRoot(container)),
            new ContainerEvents(events),
            gate);
    ContainersRoom containers =
        keep(
            new ContainersRoom(
                table,
                new ContainersRoom.Needs(
                    processes,
                    metrics == null ? plugs : new TimedNetworks(plugs, metrics.networks()),
                    storage,
                    new ContainerVolumes(volumes, config.execRoot().resolve("mounts")),
                    images,
                    engineImages.commit(),
                    images::descendants,
                    engineImages::size,
                    events,
                    files,
                    logs,
                    specFacts,
                    defaults,
                    OpenRootFiles::new,
                    cgroups::group,
                    HostInfo.memoryTotal(),
                    execs::idsOf,
                    gate,
                    sizes)));
    containers.restore();
    execs.restore();
    new UpgradeMark(config.execRoot()).remove();
    keep(() -> {
      if (!containers.anyAlive()) {
        registry.stop();
        processes.removeEmptyParent(ContainerDefaults.CGROUP_PARENT);
      }
    });

    ManageNetworks networks =
        new ManageNetworks(registry, plugs, new AttachedContainers(table, files), events);
    HostFacts facts =
        GatherHostFacts.gather(config, root, cgroups, runtimes, logs, specFacts, defaults);
    ContainerActivity activity = new ContainerActivity(table, cgroups::group);
    VolumeSizes volumeSizes = new VolumeSizes(volumes, activity::ofUsers, activity::isInUse, sizes);
    OpenCalls calls = keep(new OpenCalls());
    SystemService system =
        new SystemService(
            facts,
            containers.service(),
            engineImages,
            volumeSizes,
            storage,
            events,
            new Login(registries)::login,
            () -> Stream.concat(room.warnings().stream(), calls.warnings().stream()).toList(),
            listeners::warnings);
    // Roles that cannot be read end the start: without them everybody would have everything.
    RolesFile roles = config.roles() == null ? null : new RolesFile(config.roles());
    live =
        new LiveParts(
            this::use,
            registries,
            engineImages,
            runtimes,
            system,
            events,
            now -> GatherHostFacts.gather(now, root, cgroups, runtimes, logs, specFacts, defaults),
            listeners,
            roles,
            facts);
    Engine engine =
        new Engine(containers.service(), execs, engineImages, volumes, networks, events, system);
    ServerOptions limits = ServerOptions.defaults().duplicatingBy(new KernelDescriptors());
    CallObserver observer = metrics == null ? CallObserver.NONE : metrics;
    Traces traces = Traces.of(System.getenv()).orElse(null);
    if (traces != null) {
      observer = observer.and(keep(traces));
    }
    ApiServer server =
        keep(
            new ApiServer(
                engine,
                new ApiOptions(
                    Version.number(), limits, config.experimental(), observer, diagnostics),
                calls,
                admission(engine, roles)));
    if (metrics != null) {
      MetricsReport report =
          new MetricsReport(
              metrics, engine, events, containers.healthFigures(), facts, storage.name(), root);
      keep(MetricsListener.open(config.metricsAddress(), report));
    }
    listeners.open(server);
    room.start();
    calls.start();
    sizes.start(
        () -> Stream.concat(containers.sized().stream(), volumeSizes.sized().stream()).toList());
    Thread.ofPlatform().daemon().name("reserve").start(store::reserve);
    return containers;
  }

  private Admission admission(Engine engine, @Nullable RolesFile roles) throws IOException {
    Path log = config.auditLog();
    Admission own =
        roles == null && log == null
            ? Admission.OPEN
            : new AccessControl(engine, roles, log == null ? null : keep(new AuditLog(log)));
    List<String> plugins = config.authorizationPlugins();
    if (plugins.isEmpty()) {
      return own;
    }
    try {
      return new PluginAdmission(own, new AuthorizationPlugins(plugins, new FindPlugin()));
    } catch (PluginException e) {
      throw new StartRefusedException("validating authorization plugins: " + e.getMessage());
    }
  }

  /** A running container's files as its own processes see them, mounts included. */
  private static Path processRoot(Container container) {
    return Path.of("/proc", Integer.toString(container.state().pid()), "root");
  }

  private static StorageDriver remapped(StorageDriver driver, IdMap ids) {
    return ids.isNone() ? driver : new RemappedStorage(driver, ids);
  }

  private static Path prepare(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(folder);
      // Others may pass through to what is theirs, and may not look around (as dockerd's 0710).
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x---"));
    }
    return folder.toRealPath();
  }

  /** What follows the configuration when it is read again. */
  LiveParts live() {
    return Objects.requireNonNull(live);
  }

  private void use(DaemonConfig now) {
    config = now;
  }

  ProcessDiagnostics diagnostics() {
    return diagnostics;
  }

  void awaitEnd() throws InterruptedException {
    ended.await();
  }

  /** Kills the containers that {@link #stop} is waiting for. */
  void hurry() {
    LOG.warn("stopping at once: containers are killed");
    if (!config.liveRestore()) {
      room.killAll();
    }
  }

  /** In order: no new calls, containers (unless they are to live on), then rooms bottom up. */
  synchronized void stop() {
    if (ended.getCount() == 0) {
      return;
    }
    LOG.info("stopping");
    room.refuseStarts();
    if (!config.liveRestore() && !new UpgradeMark(config.execRoot()).isSet()) {
      room.stopAll(config.shutdownTimeout());
    }
    closeParts();
    ended.countDown();
  }

  private void closeParts() {
    while (!open.isEmpty()) {
      AutoCloseable part = open.pop();
      try {
        part.close();
      } catch (Exception e) {
        LOG.warn("closing {} failed", part.getClass().getSimpleName(), e);
      }
    }
  }
}
