package dev.priok.http.routes;

import dev.priok.http.routing.Call;
import dev.priok.http.routing.RouteTable;
import dev.priok.model.error.EngineException;
import java.util.List;

/** {@code /plugins}: there are none, and none can be added. */
public final class PluginRoutes implements RouteTable.Group {

  @Override
  public void addTo(RouteTable table) {
    table
        .get("/plugins", c -> c.ok(List.of()))
        .get("/plugins/privileges", PluginRoutes::notOffered)
        .get("/plugins/{}/json", PluginRoutes::unknown)
        .post("/plugins/pull", PluginRoutes::notOffered)
        .post("/plugins/create", PluginRoutes::notOffered)
        .post("/plugins/{}/enable", PluginRoutes::unknown)
        .post("/plugins/{}/disable", PluginRoutes::unknown)
        .post("/plugins/{}/upgrade", PluginRoutes::unknown)
        .post("/plugins/{}/push", PluginRoutes::unknown)
        .post("/plugins/{}/set", PluginRoutes::unknown)
        .delete("/plugins/{}", PluginRoutes::unknown);
  }

  private static void unknown(Call call) {
    throw EngineException.notFound("plugin \"%s\" not found", call.name());
  }

  private static void notOffered(Call call) {
    throw EngineException.notImplemented("plugins are not offered by this version of Priok");
  }
}
