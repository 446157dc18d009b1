package dev.priok.engine.containers;

import dev.priok.engine.Recent;
import dev.priok.engine.Timestamps;
import dev.priok.engine.health.HealthState;
import dev.priok.engine.networks.ContainerNetworks.Plugged;
import dev.priok.model.api.container.ContainerInspectResponse;
import dev.priok.model.api.container.ContainerInspectResponseBuilder;
import dev.priok.model.api.container.ContainerState;
import dev.priok.model.api.container.ContainerStateBuilder;
import dev.priok.model.api.container.DriverData;
import dev.priok.model.api.container.Health;
import dev.priok.model.api.container.HealthcheckResult;
import dev.priok.model.api.container.HostConfig;
import dev.priok.model.api.container.HostConfigBuilder;
import dev.priok.model.api.container.NetworkSettings;
import dev.priok.model.api.container.NetworkSettingsBuilder;
import dev.priok.model.api.network.EndpointSettings;
import dev.priok.model.id.ContainerId;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** {@code docker inspect} of a container. */
final class InspectContainer {
  private static final int REMEMBERED = 32;

  /**
   * An answer, and what it was made of; records and health states never change, they are replaced.
   */
  private record Told(
      ContainerRecord record,
      @Nullable HealthState health,
      List<String> execs,
      ContainerInspectResponse response) {
    @SuppressWarnings("ReferenceEquality")
    boolean shows(
        ContainerRecord nowRecord, @Nullable HealthState nowHealth, List<String> nowExecs) {
      return record == nowRecord && health == nowHealth && execs.equals(nowExecs);
    }
  }

  private final Recent<ContainerId, Told> recent = new Recent<>(REMEMBERED);
  private final ContainerLinks links;
  private final ContainerFiles files;
  private final ContainerLogs logs;
  private final ContainerSizes sizes;
  private final Function<ContainerRecord, Map<String, String>> layerDetails;
  private final Function<ContainerRecord, List<String>> execIds;
  private final ContainerHealth health;

  private final Function<HostConfig, String> apparmor;

  InspectContainer(
      ContainerLinks links,
      ContainerFiles files,
      ContainerLogs logs,
      ContainerSizes sizes,
      Function<ContainerRecord, Map<String, String>> layerDetails,
      Function<ContainerRecord, List<String>> execIds,
      ContainerHealth health,
      Function<HostConfig, String> apparmor) {
    this.apparmor = apparmor;
    this.links = links;
    this.files = files;
    this.logs = logs;
    this.sizes = sizes;
    this.layerDetails = layerDetails;
    this.execIds = execIds;
    this.health = health;
  }

  /** The same object as the last time where nothing that it shows has changed since. */
  ContainerInspectResponse inspect(Container container, boolean withSize) {
    ContainerRecord record = container.record();
    HealthState checks = health.of(record);
    List<String> execs = execIds.apply(record);
    // Sizes are measured each time; names of linked containers are not in the record.
    List<String> links = record.hostConfig().links();
    if (withSize || (links != null && !links.isEmpty())) {
      return tell(record, checks, execs, withSize ? sizes.of(record) : null);
    }
    Told last = recent.get(record.id());
    if (last != null && last.shows(record, checks, execs)) {
      return last.response();
    }
    ContainerInspectResponse response = tell(record, checks, execs, null);
    recent.put(record.id(), new Told(record, checks, execs, response));
    return response;
  }

  private ContainerInspectResponse tell(
      ContainerRecord record,
      @Nullable HealthState checks,
      List<String> execs,
      ContainerSizes.@Nullable Sizes size) {
    return ContainerInspectResponseBuilder.builder()
        .id(record.id().value())
        .created(Timestamps.format(record.created()))
        .path(record.path())
        .args(record.args())
        .state(state(record, checks))
        .image(record.image().value())
        .resolvConfPath(files.resolvConf(record.id()).toString())
        .hostnamePath(files.hostname(record.id()).toString())
        .hostsPath(files.hosts(record.id()).toString())
        .logPath(logs.path(record))
        .name("/" + record.name())
        .restartCount(record.state().restarts())
        .driver(record.storageDriver())
        .platform("linux")
        .mountLabel("")
        .processLabel("")
        .appArmorProfile(apparmor.apply(record.hostConfig()))
        .execIDs(execs.isEmpty() ? null : execs)
        .hostConfig(hostConfig(record))
        .graphDriver(new DriverData(record.storageDriver(), layerDetails.apply(record)))
        .sizeRw(size == null ? null : size.writable())
        .sizeRootFs(size == null ? null : size.rootFilesystem())
        .mounts(MountViews.listed(record.mounts()))
        .config(record.config())
        .networkSettings(networkSettings(record))
        .build();
  }

  /** Links with names, where there are any; the record has ids. */
  private HostConfig hostConfig(ContainerRecord record) {
    HostConfig kept = record.hostConfig();
    return kept.links() == null || kept.links().isEmpty()
        ? kept
        : HostConfigBuilder.builder(kept).links(links.shown(record)).build();
  }

  private ContainerState state(ContainerRecord record, @Nullable HealthState checks) {
    RunState state = record.state();
    return ContainerStateBuilder.builder()
        .status(state.status().apiName())
        // Docker's "running" includes paused and restarting containers.
        .running(state.isAlive() || state.status() == RunState.Status.RESTARTING)
        .paused(state.status() == RunState.Status.PAUSED)
        .restarting(state.status() == RunState.Status.RESTARTING)
        .oomKilled(state.oomKilled())
        .dead(state.status() == RunState.Status.DEAD)
        .pid(state.isAlive() ? state.pid() : 0)
        .exitCode(state.exitCode())
        .error(state.error())
        .startedAt(Timestamps.format(state.startedAt()))
        .finishedAt(Timestamps.format(state.finishedAt()))
        .health(health(checks))
        .build();
  }

  private static @Nullable Health health(@Nullable HealthState state) {
    if (state == null) {
      return null;
    }
    List<HealthcheckResult> log =
        state.log().stream()
            .map(p ->
                new HealthcheckResult(
                    Timestamps.format(p.start()),
                    Timestamps.format(p.end()),
                    p.exitCode(),
                    p.output()))
            .toList();
    return new Health(state.status().apiName(), state.failingStreak(), log);
  }

  /** The fields outside of {@code Networks} tell of the default bridge alone, as ever. */
  private static NetworkSettings networkSettings(ContainerRecord record) {
    Plugged plugged = record.state().plugged();
    EndpointSettings bridge = record.networks().get("bridge");
    NetworkSettingsBuilder settings =
        NetworkSettingsBuilder.builder()
            .bridge("")
            .sandboxID(plugged == null ? "" : record.id().value())
            .sandboxKey(plugged == null ? "" : plugged.namespace().toString())
            .hairpinMode(false)
            .linkLocalIPv6Address("")
            .linkLocalIPv6PrefixLen(0)
            .ports(plugged == null ? Map.of() : plugged.ports())
            .networks(record.networks())
            .endpointID("")
            .gateway("")
            .globalIPv6Address("")
            .globalIPv6PrefixLen(0)
            .ipAddress("")
            .ipPrefixLen(0)
            .ipv6Gateway("")
            .macAddress("");
    if (bridge != null && plugged != null) {
      settings
          .endpointID(bridge.endpointID())
          .gateway(bridge.gateway())
          .ipAddress(bridge.ipAddress())
          .ipPrefixLen(bridge.ipPrefixLen())
          .macAddress(bridge.macAddress());
    }
    return settings.build();
  }
}
