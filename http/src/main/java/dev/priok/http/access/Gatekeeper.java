package dev.priok.http.access;

import dev.priok.engine.Engine;
import dev.priok.engine.Filters;
import dev.priok.http.routing.Query;
import dev.priok.model.api.container.ContainerCreateRequest;
import dev.priok.model.api.container.ContainerInspectResponse;
import dev.priok.model.api.container.HostConfig;
import dev.priok.model.api.exec.ExecConfig;
import dev.priok.model.api.exec.ExecInspectResponse;
import dev.priok.model.api.network.NetworkConnectRequest;
import dev.priok.model.api.network.NetworkCreateRequest;
import dev.priok.model.api.volume.VolumeCreateOptions;
import dev.priok.model.error.EngineException;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a call may be made, before anything of it happens.
 *
 * <p>Not the operation alone counts: whoever may start, enter or copy into a container has what
 * that container has, so its settings are looked at too. Names are settled here: the call goes on
 * with the id of what was looked at, and a rename in between changes nothing.
 */
final class Gatekeeper {
  private final Supplier<Roles> roles;
  private final Engine engine;

  Gatekeeper(Supplier<Roles> roles, Engine engine) {
    this.roles = roles;
    this.engine = engine;
  }

  /** A call as far as it matters. */
  record Asked(
      Caller caller, @Nullable Operation operation, String target, Query query, Bodies bodies) {}

  /** Decodes the request's body exactly as the route will. */
  interface Bodies {
    <T> @Nullable T read(Class<T> type) throws IOException;
  }

  /** What came out. */
  sealed interface Verdict {
    String role();

    /** {@code target}: what the call is to use instead of the name that the client gave. */
    record Allowed(String role, String target) implements Verdict {}

    record Denied(String role, String reason) implements Verdict {}
  }

  /** Thrown inside of one decision. */
  private static final class No extends Exception {
    private static final long serialVersionUID = 1L;

    No(String reason) {
      super(reason, null, false, false);
    }
  }

  Verdict decide(Asked asked) throws IOException {
    Role role = roles.get().of(asked.caller()).orElse(null);
    if (role == null) {
      return new Verdict.Denied("", asked.caller().name() + " has no role");
    }
    if (role.isAdmin()) {
      return new Verdict.Allowed(role.name(), asked.target());
    }
    try {
      Operation operation = asked.operation();
      if (operation == null) {
        throw new No("only admins may do what the table of operations does not know");
      }
      if (!role.mayDo(operation)) {
        throw new No("role " + role.name() + " has no " + operation.word());
      }
      return new Verdict.Allowed(role.name(), look(role, operation, asked));
    } catch (No no) {
      return new Verdict.Denied(role.name(), String.valueOf(no.getMessage()));
    }
  }

  /** The target's settled name. */
  private String look(Role role, Operation operation, Asked asked) throws No, IOException {
    String target = asked.target();
    switch (operation) {
      case CONTAINER_CREATE -> create(role, asked);
      case CONTAINER_START,
          CONTAINER_CHECKPOINT,
          CONTAINER_CHECKPOINTS,
          CONTAINER_CHECKPOINT_REMOVE -> {
        hostFolder(role, asked.query().text("checkpoint-dir"));
        hostFolder(role, asked.query().text("dir"));
        if (operation == Operation.CONTAINER_CHECKPOINT) {
          Checkpoint body = asked.bodies().read(Checkpoint.class);
          hostFolder(role, body == null ? null : body.checkpointDir());
        }
        return entered(role, target);
      }
      case CONTAINER_RESTART,
          CONTAINER_ATTACH,
          CONTAINER_ATTACH_WEBSOCKET,
          CONTAINER_EXPORT,
          CONTAINER_COPY_FROM,
          CONTAINER_COPY_TO,
          CONTAINER_COPY_STAT,
          CONTAINER_RENAME,
          CONTAINER_UPDATE,
          CONTAINER_UNPAUSE -> {
        return entered(role, target);
      }
      case CONTAINER_COMMIT -> {
        entered(role, asked.query().text("container"));
        image(role, asked.query().text("repo"));
      }
      case EXEC_CREATE -> {
        ExecConfig exec = asked.bodies().read(ExecConfig.class);
        if (exec != null && Boolean.TRUE.equals(exec.privileged())) {
          rights(role, EnumSet.of(Right.PRIVILEGED), "the exec");
        }
        return entered(role, target);
      }
      case EXEC_START, EXEC_RESIZE, EXEC_INSPECT -> exec(role, target);
      case CONTAINER_LIST,
          CONTAINER_PRUNE,
          SYSTEM_EVENTS,
          VOLUME_LIST,
          VOLUME_PRUNE,
          NETWORK_LIST,
          NETWORK_PRUNE ->
          filtered(role, asked.query().text("filters"));
      case SYSTEM_DF -> unlabelled(role);
      case VOLUME_CREATE -> {
        VolumeCreateOptions volume = asked.bodies().read(VolumeCreateOptions.class);
        if (volume != null) {
          rights(role, NeededRights.of(volume), "the volume");
          labels(role, volume.labels(), "the volume");
        }
      }
      case VOLUME_INSPECT, VOLUME_REMOVE, VOLUME_UPDATE ->
          labels(role, engine.volumes().inspect(target).labels(), "volume " + target);
      case NETWORK_CREATE -> {
        NetworkCreateRequest network = asked.bodies().read(NetworkCreateRequest.class);
        if (network != null) {
          rights(role, NeededRights.of(network), "the network");
          labels(role, network.labels(), "the network");
        }
      }
      case NETWORK_INSPECT, NETWORK_REMOVE -> network(role, target);
      case NETWORK_CONNECT, NETWORK_DISCONNECT -> {
        network(role, target);
        NetworkConnectRequest connect = asked.bodies().read(NetworkConnectRequest.class);
        entered(role, connect == null ? null : connect.container());
      }
      case IMAGE_PULL -> {
        if (!asked.query().text("fromSrc").isEmpty()) {
          anyImage(role);
        }
        image(role, asked.query().text("fromImage") + tag(asked.query().text("tag")));
      }
      case IMAGE_PUSH, IMAGE_REMOVE, IMAGE_INSPECT, IMAGE_HISTORY, IMAGE_SAVE, IMAGE_DISTRIBUTION ->
          image(role, target);
      case IMAGE_TAG -> {
        image(role, target);
        image(role, asked.query().text("repo"));
      }
      case IMAGE_LOAD, IMAGE_SAVE_ALL, IMAGE_PRUNE -> anyImage(role);
      case BUILD_START -> {
        if ("host".equals(asked.query().text("networkmode"))) {
          rights(role, EnumSet.of(Right.HOST_NAMESPACES), "the build");
        }
        if (!asked.query().text("cgroupparent").isEmpty()) {
          rights(role, EnumSet.of(Right.CGROUPS), "the build");
        }
        image(role, asked.query().text("t"));
      }
      default -> {
        if (operation.word().startsWith("container.") && !target.isEmpty()) {
          String id = seen(role, target).id();
          return id == null ? target : id;
        }
      }
    }
    return target;
  }

  /** Body of a checkpoint's creation, as far as it matters here. */
  record Checkpoint(
      @Nullable String checkpointID, @Nullable String checkpointDir, @Nullable Boolean exit) {}

  private static String tag(String tag) {
    return tag.isEmpty() ? "" : (tag.startsWith("sha256:") ? "@" : ":") + tag;
  }

  private void create(Role role, Asked asked) throws No, IOException {
    ContainerCreateRequest request = asked.bodies().read(ContainerCreateRequest.class);
    if (request == null) {
      return; // Refused by the route.
    }
    HostConfig host = request.hostConfig();
    rights(role, NeededRights.of(host), "the container");
    labels(role, request.labels(), "the container");
    image(role, request.image());
    for (String other : NeededRights.others(host)) {
      entered(role, other);
    }
    for (String volume : NeededRights.volumes(host)) {
      volume(role, volume);
    }
    String mode = host == null ? null : host.networkMode();
    if (mode != null) {
      network(role, mode);
    }
    if (request.networkingConfig() != null
        && request.networkingConfig().endpointsConfig() != null) {
      for (String name : request.networkingConfig().endpointsConfig().keySet()) {
        network(role, name);
      }
    }
  }

  /** One that the caller would have the inside of; returns its id. */
  private String entered(Role role, @Nullable String name) throws No {
    ContainerInspectResponse container = seen(role, name == null ? "" : name);
    HostConfig host = container.hostConfig();
    String what = "container " + name;
    rights(role, NeededRights.inside(host), what);
    for (String other : NeededRights.others(host)) {
      if (container.id() != null && !other.equals(container.id())) {
        ContainerInspectResponse shared = find(other);
        if (shared != null && shared.hostConfig() != null) {
          rights(role, NeededRights.inside(shared.hostConfig()), what);
        }
      }
    }
    return container.id() == null ? String.valueOf(name) : container.id();
  }

  private ContainerInspectResponse seen(Role role, String name) throws No {
    ContainerInspectResponse container = engine.containers().inspect(name, false);
    labels(
        role, container.config() == null ? null : container.config().labels(), "container " + name);
    return container;
  }

  private @Nullable ContainerInspectResponse find(String name) {
    try {
      return engine.containers().inspect(name, false);
    } catch (EngineException gone) {
      return null;
    }
  }

  private void exec(Role role, String id) throws No {
    ExecInspectResponse exec = engine.execs().inspect(id);
    if (exec.processConfig() != null && Boolean.TRUE.equals(exec.processConfig().privileged())) {
      rights(role, EnumSet.of(Right.PRIVILEGED), "the exec");
    }
    entered(role, exec.containerID());
  }

  /** One that is not there is made without labels, and without anybody else's data. */
  private void volume(Role role, String name) throws No {
    if (role.labels().isEmpty()) {
      volumeMounts(role, name);
      return;
    }
    try {
      labels(role, engine.volumes().inspect(name).labels(), "volume " + name);
    } catch (EngineException missing) {
      throw new No(
          "role %s uses volumes with its labels only: make volume %s first"
              .formatted(role.name(), name));
    }
    volumeMounts(role, name);
  }

  /** A volume that somebody made of a folder of the host is that folder. */
  private void volumeMounts(Role role, String name) throws No {
    Map<String, String> options;
    String driver;
    try {
      options = engine.volumes().inspect(name).options();
      driver = engine.volumes().inspect(name).driver();
    } catch (EngineException missing) {
      return;
    }
    rights(
        role,
        NeededRights.of(new VolumeCreateOptions(name, driver, options, null)),
        "volume " + name);
  }

  private void network(Role role, String name) throws No {
    if (Set.of("default", "bridge", "none", "host", "").contains(name)
        || name.startsWith("container:")) {
      return;
    }
    if (!role.labels().isEmpty()) {
      labels(role, engine.networks().inspect(name, false).labels(), "network " + name);
    }
  }

  private static void hostFolder(Role role, @Nullable String folder) throws No {
    if (folder != null && !folder.isEmpty()) {
      rights(role, EnumSet.of(Right.HOST_MOUNTS), "the checkpoint");
    }
  }

  private static void rights(Role role, Set<Right> needed, String what) throws No {
    for (Right right : needed) {
      if (!role.rights().contains(right)) {
        throw new No(
            "%s needs %s, and role %s has no right %s"
                .formatted(what, right.text(), role.name(), right.word()));
      }
    }
  }

  private static void labels(Role role, @Nullable Map<String, String> has, String what) throws No {
    for (Map.Entry<String, String> label : role.labels().entrySet()) {
      if (has == null || !label.getValue().equals(has.get(label.getKey()))) {
        throw new No(
            "%s has no label %s=%s, which role %s is bound to"
                .formatted(what, label.getKey(), label.getValue(), role.name()));
      }
    }
  }

  private static void unlabelled(Role role) throws No {
    if (!role.labels().isEmpty()) {
      throw new No(
          "role %s is bound to labels, and this is about everything".formatted(role.name()));
    }
  }

  /** Lists and prunes are for what has the role's labels: the caller has to say so. */
  private static void filtered(Role role, String filters) throws No {
    if (role.labels().isEmpty()) {
      return;
    }
    List<String> given = Filters.parse(filters).values("label");
    for (Map.Entry<String, String> label : role.labels().entrySet()) {
      String wanted = label.getKey() + "=" + label.getValue();
      if (!given.contains(wanted)) {
        throw new No(
            "role %s is bound to labels: add the filter label=%s".formatted(role.name(), wanted));
      }
    }
  }

  private static void image(Role role, @Nullable String name) throws No {
    if (role.images().isEmpty() || name == null || name.isEmpty()) {
      return;
    }
    if (!role.mayUseImage(name)) {
      throw new No("role %s may not use image %s".formatted(role.name(), name));
    }
  }

  private static void anyImage(Role role) throws No {
    if (!role.images().isEmpty()) {
      throw new No("role %s is bound to some images, and this is about any".formatted(role.name()));
    }
  }
}
