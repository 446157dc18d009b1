package dev.priok.http.access;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Every operation of the API, as roles name them: {@code container.create}. A test holds this table
 * against the routes, so that no route is without one.
 */
public enum Operation {
  PING("GET", "/_ping", Kind.OPEN),
  PING_HEAD("HEAD", "/_ping", Kind.OPEN),
  VERSION("GET", "/version", Kind.OPEN),
  SYSTEM_INFO("GET", "/info", Kind.READ),
  SYSTEM_EVENTS("GET", "/events", Kind.READ),
  SYSTEM_DF("GET", "/system/df", Kind.READ),
  DEBUG_THREADS("GET", "/debug/threads", Kind.ADMIN),
  DEBUG_VARS("GET", "/debug/vars", Kind.ADMIN),
  DEBUG_FLIGHT("GET", "/debug/flight", Kind.ADMIN),
  SYSTEM_AUTH("POST", "/auth", Kind.BUILD),
  SESSION("POST", "/session", Kind.BUILD),
  SESSION_GRPC("POST", "/grpc", Kind.BUILD),
  CONTAINER_LIST("GET", "/containers/json", Kind.READ),
  CONTAINER_INSPECT("GET", "/containers/{}/json", Kind.READ),
  CONTAINER_TOP("GET", "/containers/{}/top", Kind.READ),
  CONTAINER_LOGS("GET", "/containers/{}/logs", Kind.READ),
  CONTAINER_STATS("GET", "/containers/{}/stats", Kind.READ),
  CONTAINER_CHANGES("GET", "/containers/{}/changes", Kind.READ),
  CONTAINER_CREATE("POST", "/containers/create", Kind.OPERATE),
  CONTAINER_START("POST", "/containers/{}/start", Kind.OPERATE),
  CONTAINER_STOP("POST", "/containers/{}/stop", Kind.OPERATE),
  CONTAINER_RESTART("POST", "/containers/{}/restart", Kind.OPERATE),
  CONTAINER_KILL("POST", "/containers/{}/kill", Kind.OPERATE),
  CONTAINER_PAUSE("POST", "/containers/{}/pause", Kind.OPERATE),
  CONTAINER_UNPAUSE("POST", "/containers/{}/unpause", Kind.OPERATE),
  CONTAINER_RENAME("POST", "/containers/{}/rename", Kind.OPERATE),
  CONTAINER_RESIZE("POST", "/containers/{}/resize", Kind.OPERATE),
  CONTAINER_UPDATE("POST", "/containers/{}/update", Kind.OPERATE),
  CONTAINER_ATTACH("POST", "/containers/{}/attach", Kind.OPERATE),
  CONTAINER_ATTACH_WEBSOCKET("GET", "/containers/{}/attach/ws", Kind.OPERATE),
  CONTAINER_WAIT("POST", "/containers/{}/wait", Kind.READ),
  CONTAINER_REMOVE("DELETE", "/containers/{}", Kind.OPERATE),
  CONTAINER_PRUNE("POST", "/containers/prune", Kind.OPERATE),
  CONTAINER_EXPORT("GET", "/containers/{}/export", Kind.OPERATE),
  CONTAINER_COPY_FROM("GET", "/containers/{}/archive", Kind.OPERATE),
  CONTAINER_COPY_STAT("HEAD", "/containers/{}/archive", Kind.OPERATE),
  CONTAINER_COPY_TO("PUT", "/containers/{}/archive", Kind.OPERATE),
  CONTAINER_CHECKPOINTS("GET", "/containers/{}/checkpoints", Kind.READ),
  CONTAINER_CHECKPOINT("POST", "/containers/{}/checkpoints", Kind.OPERATE),
  CONTAINER_CHECKPOINT_REMOVE("DELETE", "/containers/{}/checkpoints/{}", Kind.OPERATE),
  CONTAINER_COMMIT("POST", "/commit", Kind.BUILD),
  EXEC_CREATE("POST", "/containers/{}/exec", Kind.OPERATE),
  EXEC_START("POST", "/exec/{}/start", Kind.OPERATE),
  EXEC_RESIZE("POST", "/exec/{}/resize", Kind.OPERATE),
  EXEC_INSPECT("GET", "/exec/{}/json", Kind.READ),
  IMAGE_LIST("GET", "/images/json", Kind.READ),
  IMAGE_INSPECT("GET", "/images/{}/json", Kind.READ),
  IMAGE_HISTORY("GET", "/images/{}/history", Kind.READ),
  IMAGE_SEARCH("GET", "/images/search", Kind.READ),
  IMAGE_PULL("POST", "/images/create", Kind.PULL),
  IMAGE_PUSH("POST", "/images/{}/push", Kind.BUILD),
  IMAGE_TAG("POST", "/images/{}/tag", Kind.BUILD),
  IMAGE_REMOVE("DELETE", "/images/{}", Kind.BUILD),
  IMAGE_PRUNE("POST", "/images/prune", Kind.BUILD),
  IMAGE_SAVE("GET", "/images/{}/get", Kind.BUILD),
  IMAGE_SAVE_ALL("GET", "/images/get", Kind.BUILD),
  IMAGE_LOAD("POST", "/images/load", Kind.BUILD),
  IMAGE_DISTRIBUTION("GET", "/distribution/{}/json", Kind.PULL),
  BUILD_START("POST", "/build", Kind.BUILD),
  BUILD_CANCEL("POST", "/build/cancel", Kind.BUILD),
  BUILD_PRUNE("POST", "/build/prune", Kind.BUILD),
  VOLUME_LIST("GET", "/volumes", Kind.READ),
  VOLUME_INSPECT("GET", "/volumes/{}", Kind.READ),
  VOLUME_CREATE("POST", "/volumes/create", Kind.OPERATE),
  VOLUME_UPDATE("PUT", "/volumes/{}", Kind.OPERATE),
  VOLUME_REMOVE("DELETE", "/volumes/{}", Kind.OPERATE),
  VOLUME_PRUNE("POST", "/volumes/prune", Kind.OPERATE),
  NETWORK_LIST("GET", "/networks", Kind.READ),
  NETWORK_INSPECT("GET", "/networks/{}", Kind.READ),
  NETWORK_CREATE("POST", "/networks/create", Kind.OPERATE),
  NETWORK_CONNECT("POST", "/networks/{}/connect", Kind.OPERATE),
  NETWORK_DISCONNECT("POST", "/networks/{}/disconnect", Kind.OPERATE),
  NETWORK_REMOVE("DELETE", "/networks/{}", Kind.OPERATE),
  NETWORK_PRUNE("POST", "/networks/prune", Kind.OPERATE),
  PLUGIN_LIST("GET", "/plugins", Kind.READ),
  PLUGIN_INSPECT("GET", "/plugins/{}/json", Kind.READ),
  PLUGIN_PRIVILEGES("GET", "/plugins/privileges", Kind.ADMIN),
  PLUGIN_PULL("POST", "/plugins/pull", Kind.ADMIN),
  PLUGIN_ENABLE("POST", "/plugins/{}/enable", Kind.ADMIN),
  PLUGIN_DISABLE("POST", "/plugins/{}/disable", Kind.ADMIN),
  PLUGIN_UPGRADE("POST", "/plugins/{}/upgrade", Kind.ADMIN),
  PLUGIN_CREATE("POST", "/plugins/create", Kind.ADMIN),
  PLUGIN_PUSH("POST", "/plugins/{}/push", Kind.ADMIN),
  PLUGIN_SET("POST", "/plugins/{}/set", Kind.ADMIN),
  PLUGIN_REMOVE("DELETE", "/plugins/{}", Kind.ADMIN),
  SWARM_INSPECT("GET", "/swarm", Kind.READ),
  SWARM_INIT("POST", "/swarm/init", Kind.ADMIN),
  SWARM_JOIN("POST", "/swarm/join", Kind.ADMIN),
  SWARM_LEAVE("POST", "/swarm/leave", Kind.ADMIN),
  SWARM_UPDATE("POST", "/swarm/update", Kind.ADMIN),
  SWARM_UNLOCK_KEY("GET", "/swarm/unlockkey", Kind.ADMIN),
  SWARM_UNLOCK("POST", "/swarm/unlock", Kind.ADMIN),
  SERVICE_LIST("GET", "/services", Kind.READ),
  SERVICE_INSPECT("GET", "/services/{}", Kind.READ),
  SERVICE_CREATE("POST", "/services/create", Kind.ADMIN),
  SERVICE_UPDATE("POST", "/services/{}/update", Kind.ADMIN),
  SERVICE_REMOVE("DELETE", "/services/{}", Kind.ADMIN),
  NODE_LIST("GET", "/nodes", Kind.READ),
  NODE_INSPECT("GET", "/nodes/{}", Kind.READ),
  NODE_CREATE("POST", "/nodes/create", Kind.ADMIN),
  NODE_UPDATE("POST", "/nodes/{}/update", Kind.ADMIN),
  NODE_REMOVE("DELETE", "/nodes/{}", Kind.ADMIN),
  TASK_LIST("GET", "/tasks", Kind.READ),
  TASK_INSPECT("GET", "/tasks/{}", Kind.READ),
  TASK_CREATE("POST", "/tasks/create", Kind.ADMIN),
  TASK_UPDATE("POST", "/tasks/{}/update", Kind.ADMIN),
  TASK_REMOVE("DELETE", "/tasks/{}", Kind.ADMIN),
  SECRET_LIST("GET", "/secrets", Kind.READ),
  SECRET_INSPECT("GET", "/secrets/{}", Kind.READ),
  SECRET_CREATE("POST", "/secrets/create", Kind.ADMIN),
  SECRET_UPDATE("POST", "/secrets/{}/update", Kind.ADMIN),
  SECRET_REMOVE("DELETE", "/secrets/{}", Kind.ADMIN),
  CONFIG_LIST("GET", "/configs", Kind.READ),
  CONFIG_INSPECT("GET", "/configs/{}", Kind.READ),
  CONFIG_CREATE("POST", "/configs/create", Kind.ADMIN),
  CONFIG_UPDATE("POST", "/configs/{}/update", Kind.ADMIN),
  CONFIG_REMOVE("DELETE", "/configs/{}", Kind.ADMIN);

  /** What sort of thing it is; the built-in roles are made of these. */
  enum Kind {
    /** Asked before anything else by every client; tells nothing of what runs here. */
    OPEN,
    /** Changes nothing. */
    READ,
    /** Runs and ends containers, with their volumes and networks. */
    OPERATE,
    /** Brings an image here. */
    PULL,
    /** Makes images and sends them elsewhere. */
    BUILD,
    /** Plugins and swarm: whoever may do these has the host, or many. */
    ADMIN
  }

  private static final Map<String, Operation> BY_ROUTE =
      Arrays.stream(values())
          .collect(Collectors.toUnmodifiableMap(o -> o.method + " " + o.path, Function.identity()));

  private final String method;
  private final String path;
  private final Kind kind;
  private final String word;

  Operation(String method, String path, Kind kind) {
    this.method = method;
    this.path = path;
    this.kind = kind;
    this.word = name().toLowerCase(Locale.ROOT).replaceFirst("_", ".").replace('_', '-');
  }

  Kind kind() {
    return kind;
  }

  /** As roles.json writes it: {@code container.copy-to}. */
  public String word() {
    return word;
  }

  /** Null where the table does not know the route; that is refused to everybody but admins. */
  public static @Nullable Operation of(String method, String path) {
    return BY_ROUTE.get(method + " " + path);
  }
}
