package dev.priok.http.routes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.priok.engine.Filters;
import dev.priok.engine.events.Events;
import dev.priok.engine.system.SystemInformation;
import dev.priok.http.routing.ApiVersion;
import dev.priok.http.routing.Call;
import dev.priok.http.routing.Query;
import dev.priok.http.routing.RouteTable;
import dev.priok.http.streams.JsonMessages;
import dev.priok.model.api.Json;
import dev.priok.model.api.image.ImageSummary;
import dev.priok.model.api.system.AuthConfig;
import dev.priok.model.api.system.DiskUsage;
import dev.priok.model.api.system.ErrorResponse;
import dev.priok.model.api.system.EventActor;
import dev.priok.model.api.system.EventMessage;
import dev.priok.model.error.EngineException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The daemon about itself: ping, version, info, events, disk usage, registry login. */
public final class SystemRoutes implements RouteTable.Group {
  private static final Set<String> USAGES = Set.of("container", "image", "volume", "build-cache");

  private final SystemInformation system;
  private final Events events;

  public SystemRoutes(SystemInformation system, Events events) {
    this.system = system;
    this.events = events;
  }

  @Override
  public void addTo(RouteTable table) {
    table
        .getAtOnce("/_ping", SystemRoutes::ping)
        .head("/_ping", SystemRoutes::ping)
        .getAtOnce("/version", c -> c.ok(system.version()))
        .get("/info", c -> c.ok(info(c.version())))
        .get("/events", this::events)
        .get("/system/df", this::diskUsage)
        .post("/auth", this::authenticate);
  }

  private static void ping(Call call) throws Exception {
    call.headers()
        .set("Cache-Control", "no-cache, no-store, must-revalidate")
        .set("Pragma", "no-cache")
        // 1 is the classic builder: clients then try POST /build and get its refusal, where 2
        // would make them open BuildKit sessions.
        .set("Builder-Version", "1")
        .set("Swarm", "inactive");
    if (call.exchange().head().method().equals("HEAD")) {
      call.text("");
    } else {
      call.text("OK");
    }
  }

  /** Members that newer versions dropped or added. */
  private Object info(ApiVersion version) {
    ObjectNode node = Json.mapper().valueToTree(system.info());
    if (version.before(50)) {
      node.remove("DiscoveredDevices");
      node.put("BridgeNfIptables", false);
      node.put("BridgeNfIp6tables", false);
    }
    if (version.before(49)) {
      node.remove("FirewallBackend");
      for (String commit : List.of("ContainerdCommit", "RuncCommit", "InitCommit")) {
        if (node.get(commit) instanceof ObjectNode found) {
          found.set("Expected", found.path("ID"));
        }
      }
    }
    if (version.before(47) && node.get("RegistryConfig") instanceof ObjectNode registry) {
      registry.putNull("AllowNondistributableArtifactsCIDRs");
      registry.putNull("AllowNondistributableArtifactsHostnames");
    }
    if (version.before(46)) {
      node.remove("Containerd");
    }
    if (version.before(44) && node.get("Runtimes") instanceof ObjectNode runtimes) {
      runtimes.forEach(runtime -> {
        if (runtime instanceof ObjectNode object) {
          object.remove("status");
        }
      });
    }
    return node;
  }

  private void events(Call call) throws Exception {
    Query query = call.query();
    Filters filters = Filters.parse(query.optional("filters"));
    JsonMessages.<EventMessage>answer(
        call,
        event -> shaped(event, call.version()),
        ErrorResponse::new,
        sink -> events.stream(query.optional("since"), query.optional("until"), filters, sink));
  }

  /**
   * With the members {@code status}, {@code id} and {@code from}, deprecated since API 1.22: the
   * docker command before 25 and Compose fail without them. Null for an event that the version does
   * not know.
   */
  private static @Nullable Object shaped(EventMessage event, ApiVersion version) {
    boolean image = "image".equals(event.type());
    if (image && version.before(46) && "create".equals(event.action())) {
      return null;
    }
    boolean container = "container".equals(event.type());
    EventActor actor = event.actor();
    if (actor == null || (!image && !container)) {
      return event;
    }
    ObjectNode node = Json.mapper().createObjectNode();
    node.put("status", event.action());
    node.put("id", actor.id());
    if (container && actor.attributes() != null) {
      node.put("from", actor.attributes().getOrDefault("image", ""));
    }
    node.setAll((ObjectNode) Json.mapper().valueToTree(event));
    return node;
  }

  private void diskUsage(Call call) throws Exception {
    Set<String> types = new LinkedHashSet<>();
    if (call.version().atLeast(42)) {
      for (String type : call.query().all("type")) {
        if (!USAGES.contains(type)) {
          throw EngineException.invalid("unknown object type: %s", type);
        }
        types.add(type);
      }
    }
    DiskUsage usage = system.diskUsage(types);
    List<ImageSummary> images = usage.images();
    if (call.version().atLeast(44) || images == null) {
      call.ok(usage);
      return;
    }
    ObjectNode node = Json.mapper().valueToTree(usage);
    var array = node.putArray("Images");
    images.forEach(i -> array.add(ImageShapes.withVirtualSize(i, i.size())));
    call.ok(node);
  }

  private void authenticate(Call call) throws Exception {
    AuthConfig credentials = call.json(AuthConfig.class, new AuthConfig(null, null, null, null));
    call.ok(system.authenticate(credentials));
  }
}
