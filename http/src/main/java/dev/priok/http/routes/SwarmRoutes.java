package dev.priok.http.routes;

import dev.priok.http.routing.Call;
import dev.priok.http.routing.RouteTable;
import dev.priok.model.error.EngineException;
import dev.priok.model.error.ErrorKind;
import java.util.List;

/** Swarm mode: this node is in none, and says so as Docker's nodes do. */
public final class SwarmRoutes implements RouteTable.Group {

  @Override
  public void addTo(RouteTable table) {
    table
        .get("/swarm", SwarmRoutes::noManager)
        .get("/swarm/unlockkey", SwarmRoutes::noManager)
        .post("/swarm/init", SwarmRoutes::notOffered)
        .post("/swarm/join", SwarmRoutes::notOffered)
        .post("/swarm/leave", SwarmRoutes::noSwarm)
        .post("/swarm/update", SwarmRoutes::noManager)
        .post("/swarm/unlock", SwarmRoutes::noSwarm);
    for (String kind : List.of("services", "nodes", "tasks", "secrets", "configs")) {
      table
          .get("/" + kind, SwarmRoutes::noManager)
          .get("/" + kind + "/{}", SwarmRoutes::noManager)
          .post("/" + kind + "/create", SwarmRoutes::noManager)
          .post("/" + kind + "/{}/update", SwarmRoutes::noManager)
          .delete("/" + kind + "/{}", SwarmRoutes::noManager);
    }
  }

  private static void noManager(Call call) {
    throw new EngineException(
        ErrorKind.UNAVAILABLE,
        "This node is not a swarm manager. Use \"docker swarm init\" or \"docker swarm join\" to"
            + " connect this node to swarm and try again.");
  }

  private static void noSwarm(Call call) {
    throw new EngineException(ErrorKind.UNAVAILABLE, "This node is not part of a swarm");
  }

  private static void notOffered(Call call) {
    throw EngineException.notImplemented("swarm mode is not offered by this version of Priok");
  }
}
