package dev.priok.http.routes;

import dev.priok.engine.containers.Containers;
import dev.priok.engine.containers.Containers.CommitOptions;
import dev.priok.engine.containers.Containers.PathStat;
import dev.priok.engine.containers.Containers.WriteArchiveOptions;
import dev.priok.http.routing.Call;
import dev.priok.http.routing.Query;
import dev.priok.http.routing.RouteTable;
import dev.priok.http.streams.ArchiveBody;
import dev.priok.model.api.Json;
import dev.priok.model.api.container.ContainerConfig;
import dev.priok.model.error.EngineException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/** Files of a container as tar streams: archive, export, commit. */
public final class ArchiveRoutes implements RouteTable.Group {
  private static final String STAT = "X-Docker-Container-Path-Stat";

  private final Containers containers;

  public ArchiveRoutes(Containers containers) {
    this.containers = containers;
  }

  @Override
  public void addTo(RouteTable table) {
    table
        .head("/containers/{}/archive", this::stat)
        .get("/containers/{}/archive", this::read)
        .put("/containers/{}/archive", this::write)
        .get("/containers/{}/export", this::export)
        .post("/commit", this::commit);
  }

  private static String path(Call call) {
    String path = call.query().text("path");
    if (path.isEmpty()) {
      throw EngineException.invalid("bad parameter: path cannot be empty");
    }
    if (path.indexOf('\0') >= 0) {
      throw EngineException.invalid("bad parameter: path holds a zero byte");
    }
    return path;
  }

  private void stat(Call call) throws Exception {
    addStat(call, containers.statPath(call.name(), path(call)));
    call.empty(200);
  }

  private static void addStat(Call call, PathStat stat) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("name", stat.name());
    members.put("size", stat.size());
    members.put("mode", stat.mode());
    members.put("mtime", stat.modified());
    members.put("linkTarget", stat.linkTarget());
    try {
      call.headers()
          .set(STAT, Base64.getEncoder().encodeToString(Json.mapper().writeValueAsBytes(members)));
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void read(Call call) {
    containers.readArchive(
        call.name(),
        path(call),
        stat -> addStat(call, stat),
        new ArchiveBody(call, "application/x-tar"));
  }

  private void write(Call call) throws Exception {
    Query query = call.query();
    containers.writeArchive(
        call.name(),
        path(call),
        new WriteArchiveOptions(query.flag("noOverwriteDirNonDir"), query.flag("copyUIDGID")),
        call.exchange().body());
    call.empty(200);
  }

  private void export(Call call) {
    containers.export(call.name(), new ArchiveBody(call, "application/octet-stream"));
  }

  private void commit(Call call) throws Exception {
    ContainerConfig config = call.optionalJson(ContainerConfig.class);
    Query query = call.query();
    call.reply(
        201,
        containers.commit(
            new CommitOptions(
                query.text("container"),
                query.optional("repo"),
                query.optional("tag"),
                query.optional("comment"),
                query.optional("author"),
                query.flag("pause", true),
                query.all("changes")),
            config));
  }
}
