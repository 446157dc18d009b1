package dev.priok.client;

import com.fasterxml.jackson.databind.JsonNode;
import dev.priok.client.streams.HijackedStream;
import dev.priok.client.wire.Query;
import dev.priok.client.wire.Request;
import dev.priok.model.api.exec.ExecConfig;
import dev.priok.model.api.exec.ExecInspectResponse;
import dev.priok.model.api.exec.ExecStartConfig;
import dev.priok.model.api.exec.IDResponse;

/** Further processes in running containers. */
public final class ExecsApi {
  private final Calls calls;

  ExecsApi(Calls calls) {
    this.calls = calls;
  }

  /** Prepares a process in a container and answers its id. */
  public String create(String container, ExecConfig config) {
    IDResponse response =
        calls.post(
            "/containers/" + Query.segment(container) + "/exec",
            new Query(),
            config,
            IDResponse.class);
    String id = response.id();
    if (id == null || id.isEmpty()) {
      throw new ApiException(500, "exec ID empty");
    }
    return id;
  }

  /** Starts it and leaves it alone. */
  public void startDetached(String exec) {
    calls.run("POST", path(exec, "/start"), new Query(), new ExecStartConfig(true, false, null));
  }

  /** Starts it and takes the connection over for its streams. */
  public HijackedStream start(String exec, ExecStartConfig config) {
    return calls.hijack(
        Request.json(
            "POST", calls.versioned(path(exec, "/start"), new Query()), calls.json(config)),
        Boolean.TRUE.equals(config.tty()));
  }

  /** Tells it the size of the terminal. */
  public void resize(String exec, int rows, int columns) {
    calls.run("POST", path(exec, "/resize"), new Query().add("h", rows).add("w", columns));
  }

  /** Its state and exit code. */
  public ExecInspectResponse inspect(String exec) {
    return calls.get(path(exec, "/json"), new Query(), ExecInspectResponse.class);
  }

  /** As {@link #inspect}, as the engine wrote it. */
  public JsonNode inspectJson(String exec) {
    return calls.get(path(exec, "/json"), new Query(), JsonNode.class);
  }

  private static String path(String exec, String verb) {
    return "/exec/" + Query.segment(exec) + verb;
  }
}
