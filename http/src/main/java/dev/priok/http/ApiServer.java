package dev.priok.http;

import dev.priok.engine.Engine;
import dev.priok.engine.system.OpenCalls;
import dev.priok.http.routes.ArchiveRoutes;
import dev.priok.http.routes.BuildRoutes;
import dev.priok.http.routes.ContainerRoutes;
import dev.priok.http.routes.CreateCompatibility;
import dev.priok.http.routes.DebugRoutes;
import dev.priok.http.routes.Diagnostics;
import dev.priok.http.routes.ExecRoutes;
import dev.priok.http.routes.ImageRoutes;
import dev.priok.http.routes.NetworkRoutes;
import dev.priok.http.routes.PluginRoutes;
import dev.priok.http.routes.SwarmRoutes;
import dev.priok.http.routes.SystemRoutes;
import dev.priok.http.routes.VolumeRoutes;
import dev.priok.http.routing.Admission;
import dev.priok.http.routing.CallObserver;
import dev.priok.http.routing.RouteTable;
import dev.priok.http.routing.Router;
import dev.priok.http.server.Endpoint;
import dev.priok.http.server.HttpServer;
import dev.priok.http.server.ServerOptions;
import java.io.IOException;

/**
 * The Engine API over HTTP.
 *
 * <pre>{@code
 * try (ApiServer server = new ApiServer(engine, ApiOptions.of("0.1.0"))) {
 *   server.listen(Endpoint.parse("unix:///run/priok.sock", "docker"));
 *   ...
 * }
 * }</pre>
 */
public final class ApiServer implements AutoCloseable {
  private final HttpServer server;

  public ApiServer(Engine engine, ApiOptions options) {
    this(engine, options, new OpenCalls(), Admission.OPEN);
  }

  /**
   * With somebody who decides about calls; {@code calls} knows which are under way and stays the
   * caller's.
   */
  public ApiServer(Engine engine, ApiOptions options, OpenCalls calls, Admission admission) {
    String name = "Priok/" + options.version() + " (linux)";
    this.server =
        new HttpServer(
            options.server(),
            new Router(
                routes(engine, options.experimental(), options.diagnostics()),
                name,
                options.experimental(),
                calls,
                admission,
                options.observer()));
  }

  static RouteTable routes(Engine engine, boolean experimental, Diagnostics diagnostics) {
    return new RouteTable()
        .with(new SystemRoutes(engine.system(), engine.events()))
        .with(
            new ContainerRoutes(
                engine.containers(), new CreateCompatibility(engine.system()), experimental))
        .with(new ArchiveRoutes(engine.containers()))
        .with(new ExecRoutes(engine.execs()))
        .with(new ImageRoutes(engine.images()))
        .with(new VolumeRoutes(engine.volumes()))
        .with(new NetworkRoutes(engine.networks()))
        .with(new BuildRoutes())
        .with(new SwarmRoutes())
        .with(new PluginRoutes())
        .with(new DebugRoutes(diagnostics));
  }

  /** Starts to listen; returns the port of a TCP endpoint, which matters where 0 was asked for. */
  public int listen(Endpoint endpoint) throws IOException {
    return server.listen(endpoint);
  }

  /** Takes no new connection, lets calls under way end for a moment, then cuts the rest. */
  @Override
  public void close() {
    server.close();
  }

  /**
   * How the API presents itself.
   *
   * @param version of Priok, for the Server header
   * @param experimental whether what Docker calls experimental is offered: checkpoints
   * @param observer is told of every call's end
   * @param diagnostics of the process, for {@code /debug}; answers only while it is enabled
   */
  public record ApiOptions(
      String version,
      ServerOptions server,
      boolean experimental,
      CallObserver observer,
      Diagnostics diagnostics) {
    public ApiOptions(String version, ServerOptions server, boolean experimental) {
      this(version, server, experimental, CallObserver.NONE, Diagnostics.NONE);
    }

    public static ApiOptions of(String version) {
      return new ApiOptions(version, ServerOptions.defaults(), false);
    }
  }
}
