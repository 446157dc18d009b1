package dev.priok.http.routes;

import dev.priok.http.routing.Call;
import dev.priok.http.routing.Route;
import dev.priok.http.routing.RouteTable;
import dev.priok.model.error.EngineException;
import java.io.OutputStream;
import java.time.Duration;

/** The process about itself, while it is in debug mode; dockerd has Go's profiler there. */
public final class DebugRoutes implements RouteTable.Group {
  private static final int USUAL_SECONDS = 30;
  private static final int MOST_SECONDS = 600;

  private final Diagnostics diagnostics;

  public DebugRoutes(Diagnostics diagnostics) {
    this.diagnostics = diagnostics;
  }

  @Override
  public void addTo(RouteTable table) {
    table
        .get("/debug/threads", guarded(c -> c.text(diagnostics.threads())))
        .get("/debug/vars", guarded(c -> c.ok(diagnostics.figures())))
        .get("/debug/flight", guarded(this::flight));
  }

  /** Not there at all without debug mode, as with dockerd. */
  private Route.Action guarded(Route.Action action) {
    return call -> {
      if (!diagnostics.enabled()) {
        throw EngineException.notFound("page not found");
      }
      action.answer(call);
    };
  }

  private void flight(Call call) throws Exception {
    String given = call.query().optional("seconds");
    int seconds = USUAL_SECONDS;
    if (given != null) {
      if (!given.matches("[1-9]\\d{0,2}") || Integer.parseInt(given) > MOST_SECONDS) {
        throw EngineException.invalid("invalid seconds: %s (1 to %d)", given, MOST_SECONDS);
      }
      seconds = Integer.parseInt(given);
    }
    try (OutputStream out = call.stream("application/octet-stream")) {
      diagnostics.record(Duration.ofSeconds(seconds), out);
    }
  }
}
