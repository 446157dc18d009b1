package dev.priok.daemon;

import dev.priok.engine.events.Events;
import dev.priok.engine.images.EngineImages;
import dev.priok.engine.system.HostFacts;
import dev.priok.engine.system.SystemService;
import dev.priok.host.registry.RegistryClient;
import dev.priok.host.registry.RegistryOptions;
import dev.priok.host.runtime.OciRuntime;
import dev.priok.host.runtime.OciRuntimes;
import dev.priok.http.access.Roles;
import dev.priok.http.access.RolesFile;
import dev.priok.http.server.ServerTls;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The rooms that follow the configuration when it is read again. */
record LiveParts(
    Consumer<DaemonConfig> daemon,
    RegistryClient registries,
    EngineImages images,
    OciRuntimes runtimes,
    SystemService system,
    Events events,
    Facts gather,
    Listeners listeners,
    @Nullable RolesFile access,
    HostFacts host) {

  /** Looks at the host again. */
  @FunctionalInterface
  interface Facts {
    HostFacts gather(DaemonConfig config) throws IOException;
  }

  /** Everything that can fail comes before anything that changes something. */
  void follow(DaemonConfig now) throws IOException {
    ServerTls tls = listeners.tls();
    if (tls != null) {
      tls.readAgain();
    }
    Roles roles = access == null ? null : access.read();
    RegistryOptions registryOptions = registryOptions(now);
    OciRuntimes.Known known = runtimes.look(addedRuntimes(now), now.defaultRuntime());
    OciRuntimes.Known former = runtimes.known();
    runtimes.change(known);
    HostFacts facts;
    try {
      facts = gather.gather(now);
    } catch (IOException e) {
      runtimes.change(former);
      throw e;
    }
    if (access != null && roles != null) {
      access.use(roles);
    }
    registries.use(registryOptions);
    images.limit(now.registries().downloads(), now.registries().uploads());
    system.changed(facts);
    Logging.levels(now);
    daemon.accept(now);
  }

  static RegistryOptions registryOptions(DaemonConfig config) {
    return new RegistryOptions(
        config.registries().mirrors().stream().map(URI::create).toList(),
        config.registries().insecure(),
        Path.of("/etc/docker/certs.d"),
        config.registries().attempts(),
        config.registries().proxies());
  }

  static Map<String, OciRuntime> addedRuntimes(DaemonConfig config) {
    Map<String, OciRuntime> result = new HashMap<>();
    config.runtimes().forEach((name, path) -> result.put(name, OciRuntime.of(name, Path.of(path))));
    return result;
  }
}
