package dev.priok.http.routes;

import dev.priok.http.routing.Call;
import dev.priok.http.routing.RouteTable;
import dev.priok.model.error.EngineException;
import java.util.LinkedHashMap;
import java.util.Map;

/** {@code /build} and what BuildKit clients open: not offered yet, and said so. */
public final class BuildRoutes implements RouteTable.Group {

  @Override
  public void addTo(RouteTable table) {
    table
        .post("/build", BuildRoutes::refuse)
        .post("/build/cancel", BuildRoutes::refuse)
        .post("/session", BuildRoutes::refuse)
        .post("/grpc", BuildRoutes::refuse)
        .post("/build/prune", BuildRoutes::prune);
  }

  private static void refuse(Call call) {
    throw EngineException.notImplemented(
        "building images is not offered by this version of Priok; build elsewhere and use docker"
            + " load or docker pull");
  }

  /** There is no build cache, so all of it is gone: {@code docker system prune} ends with this. */
  private static void prune(Call call) throws Exception {
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("CachesDeleted", null);
    report.put("SpaceReclaimed", 0);
    call.ok(report);
  }
}
