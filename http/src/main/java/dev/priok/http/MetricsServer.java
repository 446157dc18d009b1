package dev.priok.http;

import dev.priok.engine.system.OpenCalls;
import dev.priok.http.routing.Admission;
import dev.priok.http.routing.CallObserver;
import dev.priok.http.routing.RouteTable;
import dev.priok.http.routing.Router;
import dev.priok.http.server.Endpoint;
import dev.priok.http.server.HttpServer;
import dev.priok.http.server.ServerOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Supplier;

/** Serves {@code GET /metrics}, and nothing else, on a listener of its own. */
public final class MetricsServer implements AutoCloseable {
  private final HttpServer server;

  /** {@code report} gives the text of one scrape. */
  public MetricsServer(Supplier<String> report, String contentType, String version) {
    RouteTable routes =
        new RouteTable().get("/metrics", call -> call.text(contentType, report.get()));
    ServerOptions options =
        new ServerOptions(
            1, 16 * 1024, Duration.ofSeconds(10), Duration.ofMinutes(5), Duration.ofSeconds(1));
    this.server =
        new HttpServer(
            options,
            new Router(
                routes,
                "Priok/" + version + " (linux)",
                false,
                new OpenCalls(),
                Admission.OPEN,
                CallObserver.NONE));
  }

  /** Starts to listen; returns the port, which matters where 0 was asked for. */
  public int listen(Endpoint.Tcp endpoint) throws IOException {
    return server.listen(endpoint);
  }

  @Override
  public void close() {
    server.close();
  }
}
