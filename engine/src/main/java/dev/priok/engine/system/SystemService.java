package dev.priok.engine.system;

import dev.priok.engine.Filters;
import dev.priok.engine.Timestamps;
import dev.priok.engine.containers.Containers;
import dev.priok.engine.containers.Containers.ListOptions;
import dev.priok.engine.events.EventBus;
import dev.priok.engine.images.Images;
import dev.priok.engine.volumes.VolumeSizes;
import dev.priok.host.storage.StorageDriver;
import dev.priok.kernel.host.HostInfo;
import dev.priok.model.api.container.ContainerSummary;
import dev.priok.model.api.image.ImageSummary;
import dev.priok.model.api.image.ImageSummaryBuilder;
import dev.priok.model.api.system.AuthConfig;
import dev.priok.model.api.system.AuthResponse;
import dev.priok.model.api.system.Commit;
import dev.priok.model.api.system.DiskUsage;
import dev.priok.model.api.system.FirewallInfo;
import dev.priok.model.api.system.IndexInfo;
import dev.priok.model.api.system.PluginsInfo;
import dev.priok.model.api.system.RegistryServiceConfig;
import dev.priok.model.api.system.RuntimeInfo;
import dev.priok.model.api.system.SwarmInfo;
import dev.priok.model.api.system.SwarmInfoBuilder;
import dev.priok.model.api.system.SystemInfo;
import dev.priok.model.api.system.SystemInfoBuilder;
import dev.priok.model.api.system.SystemVersion;
import dev.priok.model.api.system.SystemVersionComponent;
import dev.priok.model.api.system.SystemVersionPlatform;
import java.io.File;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/** {@code docker info}, {@code version}, {@code system df} and {@code login}. */
public final class SystemService implements SystemInformation {
  /** Newest and oldest version of the Engine API that this daemon speaks. */
  public static final String API_VERSION = "1.51";

  public static final String MIN_API_VERSION = "1.24";

  /** The release of Docker that speaks {@link #API_VERSION}. */
  private static final String DOCKER_RELEASE = "28.3.0";

  private volatile HostFacts host;
  private final Containers containers;
  private final Images images;
  private final VolumeSizes volumes;
  private final StorageDriver storage;
  private final EventBus events;
  private final Function<AuthConfig, AuthResponse> login;
  private final Supplier<List<String>> warnings;

  /** Ports where anybody may come in, a sentence each. */
  private final Supplier<List<String>> openPorts;

  public SystemService(
      HostFacts host,
      Containers containers,
      Images images,
      VolumeSizes volumes,
      StorageDriver storage,
      EventBus events,
      Function<AuthConfig, AuthResponse> login,
      Supplier<List<String>> warnings,
      Supplier<List<String>> openPorts) {
    this.host = host;
    this.containers = containers;
    this.images = images;
    this.volumes = volumes;
    this.storage = storage;
    this.events = events;
    this.login = login;
    this.warnings = warnings;
    this.openPorts = openPorts;
  }

  /** The configuration was read again. */
  public void changed(HostFacts now) {
    host = now;
  }

  @Override
  public SystemInfo info() {
    List<ContainerSummary> all = allContainers(false);
    HostFacts.CgroupAbilities can = host.cgroups();
    return SystemInfoBuilder.builder()
        .id(host.daemonId())
        .containers(all.size())
        .containersRunning(count(all, "running"))
        .containersPaused(count(all, "paused"))
        .containersStopped(all.size() - count(all, "running") - count(all, "paused"))
        .images(images.list(false, Filters.NONE, false, false).size())
        .driver(storage.name())
        .driverStatus(
            storage.status().entrySet().stream()
                .map(e -> List.of(e.getKey(), e.getValue()))
                .toList())
        .dockerRootDir(host.dataRoot())
        .plugins(
            new PluginsInfo(
                List.of("local"),
                List.of("bridge", "host", "null"),
                host.authorizationPlugins(),
                host.logDrivers()))
        .memoryLimit(can.memory())
        .swapLimit(can.swap())
        .kernelMemoryTCP(can.kernelMemoryTcp())
        .cpuCfsPeriod(can.cpuQuota())
        .cpuCfsQuota(can.cpuQuota())
        .cpuShares(can.cpuShares())
        .cpuSet(can.cpuset())
        .pidsLimit(can.pids())
        .oomKillDisable(can.oomKillDisable())
        .ipv4Forwarding(HostInfo.forwardsIpv4())
        .debug(host.debug())
        .nfd(openDescriptors())
        .ngoroutines(Thread.activeCount())
        .systemTime(Timestamps.format(Instant.now()))
        .loggingDriver(host.defaultLogDriver())
        .cgroupDriver(host.cgroupDriver())
        .cgroupVersion(host.cgroupVersion())
        .neventsListener(events.readers())
        .kernelVersion(host.kernelVersion())
        .operatingSystem(host.operatingSystem())
        .osVersion(host.osVersion())
        .osType("linux")
        .architecture(host.architecture())
        .ncpu(host.cpus())
        .memTotal(host.memoryTotal())
        .indexServerAddress("https://index.docker.io/v1/")
        .registryConfig(registries())
        .genericResources(null)
        .httpProxy(proxy("HTTP_PROXY"))
        .httpsProxy(proxy("HTTPS_PROXY"))
        .noProxy(configured("NO_PROXY"))
        .name(host.hostName())
        .labels(host.labels())
        .experimentalBuild(host.experimental())
        .serverVersion(compatibleVersion())
        .runtimes(runtimes())
        .defaultRuntime(host.defaultRuntime())
        .swarm(inactiveSwarm())
        .liveRestoreEnabled(host.liveRestore())
        .isolation("")
        .initBinary(host.initBinary())
        .containerdCommit(new Commit(""))
        .runcCommit(new Commit(""))
        .initCommit(new Commit(""))
        .securityOptions(host.securityOptions())
        .firewallBackend(
            host.firewall().isEmpty() ? null : new FirewallInfo(host.firewall(), List.of()))
        .warnings(allWarnings())
        .cdiSpecDirs(List.of())
        .build();
  }

  /** What holds for the daemon's life, and what holds now. */
  private List<String> allWarnings() {
    List<String> all = new ArrayList<>(host.warnings());
    if (!HostInfo.forwardsIpv4()) {
      all.add("WARNING: IPv4 forwarding is disabled");
    }
    all.addAll(openPorts.get());
    all.addAll(warnings.get());
    return all;
  }

  /**
   * What clients that ask for a Docker of at least some version compare (Testcontainers refuses one
   * below 1.6.0): the release whose API this is, with our own version as semver's build metadata.
   */
  private String compatibleVersion() {
    return DOCKER_RELEASE + "+priok." + host.version();
  }

  private List<ContainerSummary> allContainers(boolean size) {
    return containers.list(new ListOptions(true, 0, size, Filters.NONE));
  }

  private static int count(List<ContainerSummary> all, String state) {
    return (int) all.stream().filter(c -> state.equals(c.state())).count();
  }

  private static int openDescriptors() {
    String[] names = new File("/proc/self/fd").list();
    return names == null ? 0 : names.length;
  }

  /**
   * As configured, else of the environment: Go reads the names in capitals and in small letters,
   * and so do its users.
   */
  private String configured(String name) {
    String value = host.proxies().get(name);
    if (value == null) {
      value = System.getenv(name);
    }
    if (value == null) {
      value = System.getenv(name.toLowerCase(Locale.ROOT));
    }
    return value == null ? "" : value;
  }

  /** Without the password that it may carry, as Docker shows it. */
  private String proxy(String name) {
    return configured(name).replaceFirst("//[^/@]*@", "//xxxxx:xxxxx@");
  }

  private Map<String, RuntimeInfo> runtimes() {
    Map<String, RuntimeInfo> result = new LinkedHashMap<>();
    host.runtimes().forEach((name, path) -> result.put(name, new RuntimeInfo(path, null, null)));
    return result;
  }

  private static SwarmInfo inactiveSwarm() {
    return SwarmInfoBuilder.builder()
        .nodeID("")
        .nodeAddr("")
        .localNodeState("inactive")
        .controlAvailable(false)
        .error("")
        .build();
  }

  private RegistryServiceConfig registries() {
    Map<String, IndexInfo> indexes = new LinkedHashMap<>();
    indexes.put("docker.io", new IndexInfo("docker.io", host.registryMirrors(), true, true));
    List<String> networks = new ArrayList<>(List.of("::1/128", "127.0.0.0/8"));
    for (String insecure : host.insecureRegistries()) {
      if (insecure.contains("/")) {
        networks.add(insecure);
      } else {
        indexes.put(insecure, new IndexInfo(insecure, List.of(), false, false));
      }
    }
    return new RegistryServiceConfig(networks, indexes, host.registryMirrors());
  }

  @Override
  public SystemVersion version() {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("ApiVersion", API_VERSION);
    details.put("Arch", host.architecture().equals("x86_64") ? "amd64" : host.architecture());
    details.put("BuildTime", host.buildTime());
    details.put("Experimental", Boolean.toString(host.experimental()));
    details.put("GitCommit", host.revision());
    details.put("GoVersion", "");
    details.put("KernelVersion", host.kernelVersion());
    details.put("MinAPIVersion", MIN_API_VERSION);
    details.put("Os", "linux");
    return new SystemVersion(
        new SystemVersionPlatform("Priok"),
        List.of(
            new SystemVersionComponent("Engine", compatibleVersion(), details),
            new SystemVersionComponent("Priok", host.version(), warned())),
        compatibleVersion(),
        API_VERSION,
        MIN_API_VERSION,
        host.revision(),
        "",
        "linux",
        host.architecture().equals("x86_64") ? "amd64" : host.architecture(),
        host.kernelVersion(),
        host.experimental() ? true : null,
        host.buildTime());
  }

  /** Ports where anybody may come in; the docker command shows a component's details. */
  private Map<String, Object> warned() {
    List<String> ports = openPorts.get();
    return ports.isEmpty() ? Map.of() : Map.of("Warning", String.join("\n", ports));
  }

  @Override
  public DiskUsage diskUsage(Set<String> types) {
    boolean all = types.isEmpty();
    List<ImageSummary> imageList =
        all || types.contains("image") ? images.list(false, Filters.NONE, true, false) : null;
    List<ContainerSummary> containerList =
        all || types.contains("container") ? allContainers(true) : null;
    if (imageList != null) {
      imageList = counted(imageList, containerList == null ? allContainers(false) : containerList);
    }
    return new DiskUsage(
        imageList == null ? null : images.layersSize(),
        imageList,
        containerList,
        all || types.contains("volume") ? volumes.usage() : null,
        all || types.contains("build-cache") ? List.of() : null);
  }

  /**
   * The images with how many containers each has; the docker command tells by it what is in use.
   */
  private static List<ImageSummary> counted(
      List<ImageSummary> images, List<ContainerSummary> containers) {
    Map<String, Integer> uses = new HashMap<>();
    for (ContainerSummary container : containers) {
      uses.merge(String.valueOf(container.imageID()), 1, Integer::sum);
    }
    return images.stream()
        .map(i ->
            ImageSummaryBuilder.builder(i)
                .containers(uses.getOrDefault(String.valueOf(i.id()), 0))
                .build())
        .toList();
  }

  @Override
  public AuthResponse authenticate(AuthConfig credentials) {
    return login.apply(credentials);
  }
}
