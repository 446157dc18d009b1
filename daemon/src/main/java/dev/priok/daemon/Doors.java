package dev.priok.daemon;

import dev.priok.engine.Engine;
import dev.priok.engine.authorization.AuthorizationPlugins;
import dev.priok.engine.system.HostFacts;
import dev.priok.engine.system.OpenCalls;
import dev.priok.engine.system.SystemService;
import dev.priok.host.plugin.FindPlugin;
import dev.priok.host.plugin.PluginException;
import dev.priok.http.ApiServer;
import dev.priok.http.ApiServer.ApiOptions;
import dev.priok.http.access.AccessControl;
import dev.priok.http.access.AuditLog;
import dev.priok.http.access.PluginAdmission;
import dev.priok.http.access.RolesFile;
import dev.priok.http.routing.Admission;
import dev.priok.http.routing.CallObserver;
import dev.priok.http.server.ServerOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Where calls come in: the API with whoever may use it, and the metrics. */
final class Doors {
  private final Foundation below;
  private final Rooms rooms;
  private final OpenParts parts;
  private final @Nullable Metrics metrics;

  Doors(Foundation below, Rooms rooms, OpenParts parts, @Nullable Metrics metrics) {
    this.below = below;
    this.rooms = rooms;
    this.parts = parts;
    this.metrics = metrics;
  }

  /**
   * Opens them; the daemon answers from here on.
   *
   * @param use gets each configuration that was read again
   * @return what follows the configuration
   */
  LiveParts open(ProcessDiagnostics diagnostics, Consumer<DaemonConfig> use) throws IOException {
    DaemonConfig config = below.config();
    HostFacts facts = gather(config);
    OpenCalls calls = parts.keep(new OpenCalls());
    SystemService system =
        new SystemService(
            facts,
            rooms.containers().service(),
            rooms.images(),
            rooms.volumeSizes(),
            below.storage(),
            below.events(),
            new Login(rooms.registries())::login,
            () ->
                Stream.concat(below.disk().warnings().stream(), calls.warnings().stream()).toList(),
            below.listeners()::warnings);
    // Roles that cannot be read end the start: without them everybody would have everything.
    RolesFile roles = config.roles() == null ? null : new RolesFile(config.roles());
    Engine engine =
        new Engine(
            rooms.containers().service(),
            rooms.execs(),
            rooms.images(),
            rooms.volumes(),
            rooms.networks(),
            below.events(),
            system);
    ApiServer server =
        parts.keep(
            new ApiServer(
                engine,
                new ApiOptions(
                    Version.number(),
                    ServerOptions.defaults().withDescriptors(new KernelDescriptors()),
                    config.experimental(),
                    observer(),
                    diagnostics),
                calls,
                admission(engine, roles)));
    if (metrics != null) {
      MetricsReport report =
          new MetricsReport(
              metrics,
              engine,
              below.events(),
              rooms.containers().healthFigures(),
              facts,
              below.storage().name(),
              below.root());
      parts.keep(MetricsListener.open(config.metricsAddress(), report));
    }
    below.listeners().open(server);
    calls.start();
    return new LiveParts(
        use,
        rooms.registries(),
        rooms.images(),
        below.options().runtimes(),
        system,
        below.events(),
        this::gather,
        below.listeners(),
        roles,
        facts);
  }

  private HostFacts gather(DaemonConfig config) throws IOException {
    return GatherHostFacts.gather(
        config,
        below.root(),
        rooms.cgroups(),
        below.options().runtimes(),
        rooms.logs(),
        rooms.host(),
        below.options().containers());
  }

  private CallObserver observer() {
    CallObserver observer = metrics == null ? CallObserver.NONE : metrics;
    Traces traces = Traces.of(System.getenv()).orElse(null);
    return traces == null ? observer : observer.and(parts.keep(traces));
  }

  private Admission admission(Engine engine, @Nullable RolesFile roles) throws IOException {
    Path log = below.config().auditLog();
    Admission own =
        roles == null && log == null
            ? Admission.OPEN
            : new AccessControl(engine, roles, log == null ? null : parts.keep(new AuditLog(log)));
    List<String> plugins = below.config().authorizationPlugins();
    if (plugins.isEmpty()) {
      return own;
    }
    try {
      return new PluginAdmission(own, new AuthorizationPlugins(plugins, new FindPlugin()));
    } catch (PluginException e) {
      throw new StartRefusedException("validating authorization plugins: " + e.getMessage());
    }
  }
}
