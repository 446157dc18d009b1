package dev.priok.http.routes;

import dev.priok.engine.Filters;
import dev.priok.engine.volumes.Volumes;
import dev.priok.http.routing.Call;
import dev.priok.http.routing.RouteTable;
import dev.priok.model.api.volume.VolumeCreateOptions;
import dev.priok.model.error.EngineException;
import dev.priok.model.error.ErrorKind;

/** {@code /volumes}. */
public final class VolumeRoutes implements RouteTable.Group {
  private final Volumes volumes;

  public VolumeRoutes(Volumes volumes) {
    this.volumes = volumes;
  }

  @Override
  public void addTo(RouteTable table) {
    table
        .get("/volumes", c -> c.ok(volumes.list(filters(c))))
        .get("/volumes/{}", c -> c.ok(volumes.inspect(c.name())))
        .post("/volumes/create", this::create)
        .post("/volumes/prune", this::prune)
        .put("/volumes/{}", VolumeRoutes::update)
        .delete("/volumes/{}", this::remove);
  }

  private static Filters filters(Call call) {
    return Filters.parse(call.query().optional("filters"));
  }

  private void create(Call call) throws Exception {
    call.reply(
        201,
        volumes.create(
            call.json(VolumeCreateOptions.class, new VolumeCreateOptions(null, null, null, null))));
  }

  private void prune(Call call) throws Exception {
    Filters filters = filters(call);
    // Only anonymous volumes go since 1.42, unless the filter says all.
    boolean namedToo = call.version().before(42) || Boolean.TRUE.equals(filters.flag("all"));
    call.ok(volumes.prune(filters, namedToo));
  }

  private static void update(Call call) {
    throw new EngineException(
        ErrorKind.UNAVAILABLE,
        "volume update only valid for cluster volumes, but swarm is unavailable");
  }

  private void remove(Call call) throws Exception {
    volumes.remove(call.name(), call.query().flag("force"));
    call.empty(204);
  }
}
