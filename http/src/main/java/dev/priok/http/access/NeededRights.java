package dev.priok.http.access;

import dev.priok.engine.containers.spec.SystemPaths;
import dev.priok.model.api.container.HostConfig;
import dev.priok.model.api.container.Mount;
import dev.priok.model.api.network.NetworkCreateRequest;
import dev.priok.model.api.volume.VolumeCreateOptions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What settings would let a container, and whoever may use it, become on the host. */
final class NeededRights {
  /** What every container has without asking; naming one of these adds nothing. */
  private static final Set<String> USUAL_CAPABILITIES =
      Set.of(
          "AUDIT_WRITE",
          "CHOWN",
          "DAC_OVERRIDE",
          "FOWNER",
          "FSETID",
          "KILL",
          "MKNOD",
          "NET_BIND_SERVICE",
          "NET_RAW",
          "SETFCAP",
          "SETGID",
          "SETPCAP",
          "SETUID",
          "SYS_CHROOT");

  private static final Set<String> LOCAL_LOGS =
      Set.of("", "json-file", "local", "none", "journald");

  /** Equally strict ones that are always there. */
  private static final Set<String> RUNTIMES = Set.of("runc", "crun", "io.containerd.runc.v2");

  /** What whoever is inside of a container has of it; the rest is for its making alone. */
  private static final Set<Right> INSIDE =
      Set.of(
          Right.PRIVILEGED,
          Right.HOST_MOUNTS,
          Right.HOST_NAMESPACES,
          Right.DEVICES,
          Right.CAPABILITIES,
          Right.UNCONFINED);

  private NeededRights() {}

  /** To enter a container of these settings, which the daemon has filled in. */
  static Set<Right> inside(@Nullable HostConfig host) {
    Set<Right> needed = of(host);
    needed.retainAll(INSIDE);
    return needed;
  }

  /** Without what comes from other containers, see {@link #others}. */
  static Set<Right> of(@Nullable HostConfig host) {
    Set<Right> needed = EnumSet.noneOf(Right.class);
    if (host == null) {
      return needed;
    }
    need(needed, Right.PRIVILEGED, Boolean.TRUE.equals(host.privileged()));
    need(needed, Right.HOST_MOUNTS, some(host.binds(), NeededRights::isHostBind));
    need(needed, Right.HOST_MOUNTS, some(host.mounts(), NeededRights::isHostMount));
    need(needed, Right.PLUGINS, some(host.mounts(), NeededRights::hasForeignDriver));
    need(needed, Right.PLUGINS, !isLocal(host.volumeDriver()));
    for (String mode :
        new @Nullable String[] {
          host.pidMode(), host.ipcMode(), host.utsMode(), host.usernsMode(), host.networkMode(),
        }) {
      need(needed, Right.HOST_NAMESPACES, "host".equals(mode));
    }
    need(needed, Right.DEVICES, some(host.devices(), d -> true));
    need(needed, Right.DEVICES, some(host.deviceCgroupRules(), d -> true));
    need(needed, Right.DEVICES, some(host.deviceRequests(), d -> true));
    need(needed, Right.CAPABILITIES, some(host.capAdd(), NeededRights::isUnusual));
    need(needed, Right.UNCONFINED, some(host.securityOpt(), NeededRights::loosens));
    // Also an empty list says something: nothing is masked.
    need(needed, Right.UNCONFINED, lacks(host.maskedPaths(), SystemPaths.MASKED));
    need(needed, Right.UNCONFINED, lacks(host.readonlyPaths(), SystemPaths.READ_ONLY));
    need(needed, Right.CGROUPS, !empty(host.cgroupParent()) || !empty(host.cgroup()));
    need(needed, Right.RUNTIMES, !empty(host.runtime()) && !RUNTIMES.contains(host.runtime()));
    need(needed, Right.ANNOTATIONS, host.annotations() != null && !host.annotations().isEmpty());
    need(
        needed,
        Right.LOG_TARGETS,
        host.logConfig() != null
            && host.logConfig().type() != null
            && !LOCAL_LOGS.contains(host.logConfig().type()));
    return needed;
  }

  /** Names of containers whose name spaces or volumes are shared. */
  static List<String> others(@Nullable HostConfig host) {
    if (host == null) {
      return List.of();
    }
    List<String> result = new ArrayList<>();
    if (host.volumesFrom() != null) {
      host.volumesFrom().forEach(v -> result.add(v.split(":", 2)[0]));
    }
    for (String mode :
        new @Nullable String[] {
          host.pidMode(), host.ipcMode(), host.networkMode(), host.cgroup()
        }) {
      if (mode != null && mode.startsWith("container:")) {
        result.add(mode.substring("container:".length()));
      }
    }
    return result;
  }

  /** Names of volumes that are used. */
  static List<String> volumes(@Nullable HostConfig host) {
    if (host == null) {
      return List.of();
    }
    List<String> result = new ArrayList<>();
    if (host.binds() != null) {
      host.binds().stream()
          .filter(b -> b.contains(":") && !isHostBind(b))
          .forEach(b -> result.add(b.split(":", 2)[0]));
    }
    if (host.mounts() != null) {
      host.mounts().stream()
          .filter(m -> "volume".equals(m.type()) && !empty(m.source()))
          .forEach(m -> result.add(String.valueOf(m.source())));
    }
    return result;
  }

  static Set<Right> of(VolumeCreateOptions volume) {
    Set<Right> needed = EnumSet.noneOf(Right.class);
    need(needed, Right.PLUGINS, !isLocal(volume.driver()));
    need(needed, Right.HOST_MOUNTS, mountsSomething(volume.driverOpts()));
    return needed;
  }

  static Set<Right> of(NetworkCreateRequest network) {
    Set<Right> needed = EnumSet.noneOf(Right.class);
    String driver = network.driver();
    boolean usual = driver == null || Set.of("", "bridge", "overlay").contains(driver);
    // com.docker.network.bridge.name may name a link of the host, and so may "parent".
    need(
        needed,
        Right.HOST_NETWORKS,
        !usual || (network.options() != null && !network.options().isEmpty()));
    return needed;
  }

  private static boolean isHostBind(String bind) {
    String source = bind.split(":", 2)[0];
    return bind.contains(":")
        && (source.contains("/") || source.startsWith(".") || source.isEmpty());
  }

  private static boolean isHostMount(Mount mount) {
    String type = mount.type() == null ? "" : mount.type();
    return switch (type) {
      case "tmpfs", "image" -> false;
      case "volume" ->
          mount.volumeOptions() != null
              && mount.volumeOptions().driverConfig() != null
              && mountsSomething(mount.volumeOptions().driverConfig().options());
      default -> true;
    };
  }

  private static boolean hasForeignDriver(Mount mount) {
    return mount.volumeOptions() != null
        && mount.volumeOptions().driverConfig() != null
        && !isLocal(mount.volumeOptions().driverConfig().name());
  }

  /**
   * The local driver mounts what {@code type}, {@code o} and {@code device} say; a size is none.
   */
  private static boolean mountsSomething(@Nullable Map<String, String> options) {
    return options != null && options.keySet().stream().anyMatch(o -> !o.equals("size"));
  }

  private static boolean isLocal(@Nullable String driver) {
    return driver == null || driver.isEmpty() || driver.equals("local");
  }

  private static boolean isUnusual(String capability) {
    String name = capability.toUpperCase(Locale.ROOT);
    return !USUAL_CAPABILITIES.contains(name.startsWith("CAP_") ? name.substring(4) : name);
  }

  /** All but what only tightens. */
  private static boolean loosens(String option) {
    return !option.equals("no-new-privileges")
        && !option.equals("no-new-privileges=true")
        && !option.equals("no-new-privileges:true");
  }

  private static void need(Set<Right> needed, Right right, boolean so) {
    if (so) {
      needed.add(right);
    }
  }

  private static <T> boolean some(@Nullable Collection<T> values, Predicate<T> condition) {
    return values != null && values.stream().anyMatch(condition);
  }

  private static boolean lacks(@Nullable List<String> paths, List<String> usual) {
    return paths != null && !paths.containsAll(usual);
  }

  private static boolean empty(@Nullable String text) {
    return text == null || text.isEmpty();
  }
}
