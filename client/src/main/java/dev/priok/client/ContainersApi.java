package dev.priok.client;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import dev.priok.client.streams.HijackedStream;
import dev.priok.client.streams.MultiplexedInput;
import dev.priok.client.wire.Query;
import dev.priok.client.wire.Request;
import dev.priok.client.wire.Response;
import dev.priok.model.api.Json;
import dev.priok.model.api.container.ContainerCreateRequest;
import dev.priok.model.api.container.ContainerCreateResponse;
import dev.priok.model.api.container.ContainerInspectResponse;
import dev.priok.model.api.container.ContainerPruneResponse;
import dev.priok.model.api.container.ContainerSummary;
import dev.priok.model.api.container.ContainerTopResponse;
import dev.priok.model.api.container.ContainerUpdateRequest;
import dev.priok.model.api.container.ContainerUpdateResponse;
import dev.priok.model.api.container.ContainerWaitResponse;
import dev.priok.model.api.container.FilesystemChange;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Containers. A container is named by its id, the beginning of its id, or its name. */
public final class ContainersApi {
  private final Calls calls;

  ContainersApi(Calls calls) {
    this.calls = calls;
  }

  /** Creates a container; the engine chooses a name when {@code name} is null. */
  public ContainerCreateResponse create(
      @Nullable String name, @Nullable String platform, ContainerCreateRequest request) {
    return calls.post(
        "/containers/create",
        new Query().add("name", name).add("platform", platform),
        request,
        ContainerCreateResponse.class);
  }

  /** Starts it; nothing happens when it runs already. */
  public void start(String container) {
    start(container, null);
  }

  /** As {@link #start(String)}, with the keys that will end an attach. */
  public void start(String container, @Nullable String detachKeys) {
    calls.run("POST", path(container, "/start"), new Query().add("detachKeys", detachKeys));
  }

  /** Stops it, by force after {@code seconds}; null leaves both to the container's own settings. */
  public void stop(String container, @Nullable String signal, @Nullable Integer seconds) {
    calls.run(
        "POST", path(container, "/stop"), new Query().add("signal", signal).add("t", seconds));
  }

  /** Stops it as {@link #stop} does, then starts it. */
  public void restart(String container, @Nullable String signal, @Nullable Integer seconds) {
    calls.run(
        "POST", path(container, "/restart"), new Query().add("signal", signal).add("t", seconds));
  }

  /** Sends a signal; null sends SIGKILL. */
  public void kill(String container, @Nullable String signal) {
    calls.run("POST", path(container, "/kill"), new Query().add("signal", signal));
  }

  /** Freezes all its processes. */
  public void pause(String container) {
    calls.run("POST", path(container, "/pause"), new Query());
  }

  /** Thaws all its processes. */
  public void unpause(String container) {
    calls.run("POST", path(container, "/unpause"), new Query());
  }

  /** Gives it another name. */
  public void rename(String container, String name) {
    calls.run("POST", path(container, "/rename"), new Query().add("name", name));
  }

  /** Changes its limits or its restart policy. */
  public ContainerUpdateResponse update(String container, ContainerUpdateRequest request) {
    return calls.post(
        path(container, "/update"), new Query(), request, ContainerUpdateResponse.class);
  }

  /** Removes it, with its anonymous volumes, and even when it runs, if so told. */
  public void remove(String container, boolean volumes, boolean force) {
    calls.run("DELETE", path(container, ""), new Query().flag("v", volumes).flag("force", force));
  }

  /** Lists containers. */
  public List<ContainerSummary> list(ListContainersQuery query) {
    return calls.get("/containers/json", listQuery(query), new TypeReference<>() {});
  }

  /** As {@link #list}, as the engine wrote it, with members this client does not know. */
  public JsonNode listJson(ListContainersQuery query) {
    return calls.get("/containers/json", listQuery(query), JsonNode.class);
  }

  /** Everything about it. */
  public ContainerInspectResponse inspect(String container) {
    return calls.get(path(container, "/json"), new Query(), ContainerInspectResponse.class);
  }

  /** As {@link #inspect}, as the engine wrote it. */
  public JsonNode inspectJson(String container, boolean size) {
    return calls.get(path(container, "/json"), new Query().flag("size", size), JsonNode.class);
  }

  /** Its processes, as the host's ps shows them with {@code psArguments}. */
  public ContainerTopResponse top(String container, @Nullable String psArguments) {
    return calls.get(
        path(container, "/top"),
        new Query().add("ps_args", psArguments),
        ContainerTopResponse.class);
  }

  /** What its processes changed in its file system. */
  public List<FilesystemChange> changes(String container) {
    return calls.get(path(container, "/changes"), new Query(), new TypeReference<>() {});
  }

  /** Waits until the condition holds and answers the exit code. */
  public ContainerWaitResponse waitFor(String container, WaitCondition condition) {
    return beginWait(container, condition).result();
  }

  /**
   * Begins to wait: when this returns the engine watches already, so that an end right after a
   * start cannot be missed.
   */
  public PendingWait beginWait(String container, WaitCondition condition) {
    Response response =
        calls.open(
            Request.of(
                "POST",
                calls.versioned(
                    path(container, "/wait"), new Query().add("condition", condition.wire()))));
    return new PendingWait(response);
  }

  /** Reads its log; {@code tty} must be its own setting, which decides how the log is framed. */
  public MultiplexedInput logs(String container, LogsQuery query, boolean tty) {
    Response response =
        calls.open(
            Request.of(
                "GET",
                calls.versioned(
                    path(container, "/logs"),
                    new Query()
                        .flag("stdout", query.stdout())
                        .flag("stderr", query.stderr())
                        .flag("follow", query.follow())
                        .flag("timestamps", query.timestamps())
                        .flag("details", query.details())
                        .add("since", query.since())
                        .add("until", query.until())
                        .add("tail", query.tail()))));
    boolean multiplexed =
        "application/vnd.docker.multiplexed-stream".equals(response.header("content-type"));
    return new MultiplexedInput(response.body(), tty && !multiplexed, response);
  }

  /** Attaches to its streams; {@code tty} must be its own setting. */
  public HijackedStream attach(String container, AttachQuery query, boolean tty) {
    return calls.hijack(
        Request.of(
            "POST",
            calls.versioned(
                path(container, "/attach"),
                new Query()
                    .add("stream", "1")
                    .flag("stdin", query.stdin())
                    .flag("stdout", query.stdout())
                    .flag("stderr", query.stderr())
                    .flag("logs", query.logs())
                    .add("detachKeys", query.detachKeys()))),
        tty);
  }

  /** Tells it the size of the terminal. */
  public void resize(String container, int rows, int columns) {
    calls.run("POST", path(container, "/resize"), new Query().add("h", rows).add("w", columns));
  }

  /** Writes the container's whole file system as a tar archive. */
  public void export(String container, OutputStream target) {
    download(
        calls.open(Request.of("GET", calls.versioned(path(container, "/export"), new Query()))),
        target);
  }

  /** What lies at a path inside. */
  public PathStat stat(String container, String path) {
    try (Response response =
        calls.open(archive("HEAD", container, new Query().add("path", path)))) {
      return statOf(response);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A path inside as a tar archive; the caller closes it. */
  public Archive download(String container, String path) {
    Response response = calls.open(archive("GET", container, new Query().add("path", path)));
    return new Archive(statOf(response), response);
  }

  /** Unpacks a tar archive, compressed or not, into a directory inside. */
  public void upload(
      String container, String directory, InputStream tar, boolean keepKinds, boolean copyOwner) {
    Query query =
        new Query()
            .add("path", directory)
            .add("noOverwriteDirNonDir", keepKinds ? "true" : null)
            .add("copyUIDGID", copyOwner ? "true" : null);
    try (Response response =
        calls.open(
            new Request(
                "PUT",
                calls.versioned(path(container, "/archive"), query),
                Map.of(),
                new Request.Upload(tar, "application/x-tar")))) {
      response.body().transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Removes all stopped containers that match. */
  public ContainerPruneResponse prune(Filters filters) {
    return calls.post(
        "/containers/prune",
        new Query().add("filters", filters.toJson()),
        ContainerPruneResponse.class);
  }

  static void download(Response response, OutputStream target) {
    try (response) {
      response.body().transferTo(target);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Request archive(String method, String container, Query query) {
    return Request.of(method, calls.versioned(path(container, "/archive"), query));
  }

  private static PathStat statOf(Response response) {
    String header = response.header("x-docker-container-path-stat");
    if (header == null) {
      throw new ApiException(500, "the engine sent no X-Docker-Container-Path-Stat header");
    }
    try {
      String json = new String(Base64.getDecoder().decode(header), StandardCharsets.UTF_8);
      return Json.mapper().readValue(json, PathStat.class);
    } catch (IOException | IllegalArgumentException e) {
      throw new ApiException(
          500, "the engine sent a malformed X-Docker-Container-Path-Stat header: " + e);
    }
  }

  private static Query listQuery(ListContainersQuery query) {
    return new Query()
        .flag("all", query.all())
        .flag("size", query.size())
        .add("limit", query.limit())
        .add("filters", query.filters().toJson());
  }

  private static String path(String container, String verb) {
    return "/containers/" + Query.segment(container) + verb;
  }
}
