package dev.priok.engine.containers;

import dev.priok.model.id.ContainerId;
import java.nio.file.Path;

/**
 * Where a container's own files are: what must last under {@code <data root>/containers/<id>}, what
 * belongs to one run under {@code <exec root>/containers/<id>}.
 */
public final class ContainerFiles {
  private final Path root;
  private final Path durable;
  private final Path volatileRoot;
  private final Path health;

  public ContainerFiles(Path dataRoot, Path execRoot) {
    this.root = dataRoot;
    this.durable = dataRoot.resolve("containers");
    this.volatileRoot = execRoot.resolve("containers");
    this.health = execRoot.resolve("health");
  }

  /** The data root. */
  Path root() {
    return root;
  }

  public Path durableRoot() {
    return durable;
  }

  public Path folder(ContainerId id) {
    return durable.resolve(id.value());
  }

  /** What health checks have shown, a file a container; outlives a daemon, not a reboot. */
  public Path health() {
    return health;
  }

  public Path log(ContainerId id) {
    return folder(id).resolve(id.value() + ".log");
  }

  public Path hosts(ContainerId id) {
    return folder(id).resolve("hosts");
  }

  public Path hostname(ContainerId id) {
    return folder(id).resolve("hostname");
  }

  public Path resolvConf(ContainerId id) {
    return folder(id).resolve("resolv.conf");
  }

  /** The OCI bundle: {@code config.json} and what the monitor keeps beside it. */
  public Path bundle(ContainerId id) {
    return volatileRoot.resolve(id.value());
  }
}
