package dev.priok.http.routes;

import dev.priok.engine.Filters;
import dev.priok.engine.containers.Containers;
import dev.priok.engine.containers.Containers.AttachOptions;
import dev.priok.engine.containers.Containers.ListOptions;
import dev.priok.engine.containers.Containers.LogOptions;
import dev.priok.engine.containers.Containers.RemoveOptions;
import dev.priok.http.routing.Call;
import dev.priok.http.routing.Query;
import dev.priok.http.routing.RouteTable;
import dev.priok.http.streams.HijackUpgrade;
import dev.priok.http.streams.JsonMessages;
import dev.priok.http.streams.LogUpgrade;
import dev.priok.http.streams.WebSocketUpgrade;
import dev.priok.model.api.container.ContainerCreateRequest;
import dev.priok.model.api.container.ContainerCreateResponse;
import dev.priok.model.api.container.ContainerUpdateRequest;
import dev.priok.model.api.container.ContainerUpdateRequestBuilder;
import dev.priok.model.api.stats.ContainerStatsResponse;
import dev.priok.model.api.system.ErrorResponse;
import dev.priok.model.error.EngineException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** {@code /containers}: life cycle, lists, streams. */
public final class ContainerRoutes implements RouteTable.Group {
  private static final ContainerUpdateRequest NO_UPDATE =
      ContainerUpdateRequestBuilder.builder().build();

  private final Containers containers;
  private final CreateCompatibility compatibility;
  private final CheckpointCalls checkpoints;
  private final InspectAnswers inspects = new InspectAnswers();

  public ContainerRoutes(
      Containers containers, CreateCompatibility compatibility, boolean experimental) {
    this.containers = containers;
    this.checkpoints = new CheckpointCalls(containers, experimental);
    this.compatibility = compatibility;
  }

  @Override
  public void addTo(RouteTable table) {
    table
        .get("/containers/json", this::list)
        .getAtOnce("/containers/{}/json", this::inspect)
        .get("/containers/{}/top", this::top)
        .get("/containers/{}/logs", this::logs)
        .get("/containers/{}/stats", this::stats)
        .get("/containers/{}/changes", c -> c.ok(containers.changes(c.name())))
        .get("/containers/{}/attach/ws", this::attachWebSocket)
        .get("/containers/{}/checkpoints", checkpoints::list)
        .post("/containers/{}/checkpoints", checkpoints::create)
        .post("/containers/create", this::create)
        .post("/containers/prune", c -> c.ok(containers.prune(filters(c))))
        .post("/containers/{}/start", this::start)
        .post("/containers/{}/stop", this::stop)
        .post("/containers/{}/restart", this::restart)
        .post("/containers/{}/kill", this::kill)
        .post("/containers/{}/pause", this::pause)
        .post("/containers/{}/unpause", this::unpause)
        .post("/containers/{}/rename", this::rename)
        .post("/containers/{}/resize", this::resize)
        .post("/containers/{}/update", this::update)
        .post("/containers/{}/attach", this::attach)
        .post("/containers/{}/wait", c -> new WaitCall(containers).answer(c))
        .delete("/containers/{}", this::remove);
  }

  private static Filters filters(Call call) {
    return Filters.parse(call.query().optional("filters"));
  }

  private void list(Call call) throws Exception {
    Query query = call.query();
    Integer limit = query.number("limit");
    var options =
        new ListOptions(
            query.flag("all"), limit == null ? 0 : limit, query.flag("size"), filters(call));
    call.ok(
        containers.list(options).stream()
            .map(c -> ContainerShapes.summary(c, call.version()))
            .toList());
  }

  private void inspect(Call call) throws Exception {
    boolean size = call.query().flag("size");
    call.json(200, inspects.json(containers.inspect(call.name(), size), call.version()));
  }

  private void top(Call call) throws Exception {
    call.ok(containers.top(call.name(), call.query().optional("ps_args")));
  }

  private void logs(Call call) {
    Query query = call.query();
    boolean stdout = query.flag("stdout");
    boolean stderr = query.flag("stderr");
    if (!stdout && !stderr) {
      throw EngineException.invalid("must specify at least one of 'stdout' or 'stderr'");
    }
    var options =
        new LogOptions(
            query.flag("follow"),
            stdout,
            stderr,
            time(query, "since"),
            time(query, "until"),
            query.flag("timestamps"),
            tail(query.text("tail")),
            query.flag("details"));
    containers.logs(call.name(), options, new LogUpgrade(call));
  }

  /** Clients send 0 for "no limit". */
  private static @Nullable String time(Query query, String name) {
    String value = query.text(name);
    return value.isEmpty() || value.equals("0") ? null : value;
  }

  /** What is no number means all lines, as in Docker. */
  private static long tail(String text) {
    if (!text.matches("[0-9]{1,18}")) {
      return -1;
    }
    return Long.parseLong(text);
  }

  private void stats(Call call) throws Exception {
    Query query = call.query();
    boolean stream = query.flag("stream", true);
    boolean oneShot = call.version().atLeast(41) && query.flag("one-shot");
    if (stream && oneShot) {
      throw EngineException.invalid("cannot have stream=true and one-shot=true");
    }
    JsonMessages.<ContainerStatsResponse>answer(
        call,
        Function.identity(),
        ErrorResponse::new,
        sink -> containers.stats(call.name(), stream, oneShot, sink));
  }

  private void create(Call call) throws Exception {
    ContainerCreateRequest request = call.optionalJson(ContainerCreateRequest.class);
    Query query = call.query();
    CreateCompatibility.Adapted adapted = compatibility.adapt(request, call.version());
    ContainerCreateResponse response =
        containers.create(
            query.optional("name"),
            call.version().atLeast(41) ? query.optional("platform") : null,
            adapted.request());
    call.reply(201, adapted.addWarnings(response));
  }

  private void start(Call call) throws Exception {
    // Docker takes a body of up to seven bytes ("{}", "null"): older clients send one.
    long length = call.exchange().head().contentLength();
    if (length > 7 || length < 0) {
      throw EngineException.invalid(
          "starting container with non-empty request body was deprecated since API v1.22 and"
              + " removed in v1.24");
    }
    checkpoints.start(call);
  }

  private static @Nullable String signal(Call call) {
    return call.version().atLeast(42) ? call.query().optional("signal") : null;
  }

  private void stop(Call call) throws Exception {
    containers.stop(call.name(), signal(call), call.query().number("t"));
    call.empty(204);
  }

  private void restart(Call call) throws Exception {
    containers.restart(call.name(), signal(call), call.query().number("t"));
    call.empty(204);
  }

  private void kill(Call call) throws Exception {
    containers.kill(call.name(), call.query().optional("signal"));
    call.empty(204);
  }

  private void pause(Call call) throws Exception {
    containers.pause(call.name());
    call.empty(204);
  }

  private void unpause(Call call) throws Exception {
    containers.unpause(call.name());
    call.empty(204);
  }

  private void rename(Call call) throws Exception {
    containers.rename(call.name(), call.query().text("name"));
    call.empty(204);
  }

  private void resize(Call call) throws Exception {
    Query query = call.query();
    containers.resize(call.name(), query.size("h", "height"), query.size("w", "width"));
    call.empty(200);
  }

  private void update(Call call) throws Exception {
    ContainerUpdateRequest request = call.json(ContainerUpdateRequest.class, NO_UPDATE);
    Long pids = request.pidsLimit();
    if (pids != null) {
      // Before 1.40 the member did not exist; any number below one means no limit.
      Long limit = call.version().before(40) ? null : Long.valueOf(Math.max(0, pids));
      request = ContainerUpdateRequestBuilder.builder(request).pidsLimit(limit).build();
    }
    call.ok(containers.update(call.name(), request));
  }

  private void remove(Call call) throws Exception {
    if (checkpoints.isNamed(call)) {
      checkpoints.remove(call);
      return;
    }
    Query query = call.query();
    containers.remove(
        call.name(), new RemoveOptions(query.flag("force"), query.flag("v"), query.flag("link")));
    call.empty(204);
  }

  private void attach(Call call) {
    Query query = call.query();
    containers.attach(
        call.name(),
        new AttachOptions(
            query.flag("logs"),
            query.flag("stream"),
            query.flag("stdin"),
            query.flag("stdout"),
            query.flag("stderr"),
            query.optional("detachKeys")),
        new HijackUpgrade(call));
  }

  private void attachWebSocket(Call call) {
    Query query = call.query();
    // Before 1.42 a websocket always carried all three.
    boolean all = call.version().before(42);
    boolean stdin = all || query.flag("stdin");
    containers.attach(
        call.name(),
        new AttachOptions(
            query.flag("logs"),
            query.flag("stream"),
            stdin,
            all || query.flag("stdout"),
            all || query.flag("stderr"),
            query.optional("detachKeys")),
        WebSocketUpgrade.of(call));
  }
}
