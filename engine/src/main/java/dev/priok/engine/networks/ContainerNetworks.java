package dev.priok.engine.networks;

import dev.priok.model.api.container.PortBinding;
import dev.priok.model.api.network.EndpointSettings;
import dev.priok.model.id.ContainerId;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The part of networking that a container's start and end need.
 *
 * <p>Life cycle of one run: {@link #plug} before the process exists, {@link #unplug} after it
 * ended. A container that was running when the daemon died is announced with {@link #readopt}.
 * Addresses and ports are held in memory and are derived from the running containers' records, so
 * nothing here needs a record of its own; kernel state that no running container explains is
 * removed by {@link #reconcile} at the daemon's start.
 */
public interface ContainerNetworks {

  /** False where the daemon was told to have no default bridge ({@code --bridge none}). */
  boolean hasDefaultBridge();

  /** Checks names, addresses and ports without making anything; refuses with Docker's sentences. */
  void validate(Attachment attachment);

  /**
   * Makes a network namespace with an interface on each network, publishes the ports, starts the
   * name server where a user-defined network is among them. Undoes everything if it throws.
   */
  Plugged plug(Attachment attachment);

  /**
   * Does the same in the network namespace that a process has already: the one that a runtime made
   * inside the container's user namespace.
   */
  Plugged plugInto(Attachment attachment, long pid);

  /** Joins one more network while the container runs; returns the endpoint as it now is. */
  EndpointSettings join(Plugged plugged, Attachment attachment, String network);

  void leave(Plugged plugged, ContainerId container, String network);

  /** Gives addresses, ports, names and the namespace back; harmless when done twice. */
  void unplug(ContainerId container);

  /** Takes over what a former daemon had set up for a container that still runs as {@code pid}. */
  Plugged readopt(Attachment attachment, Plugged recorded, int pid);

  /** The container got another name; names on user-defined networks follow at once. */
  void rename(ContainerId container, String name);

  /** Once, after every running container was readopted: removes what nobody explains. */
  void reconcile();

  /**
   * What a container wants.
   *
   * @param networks by name as the user wrote it; an address asked for is in the settings
   * @param ports container port ({@code 80/tcp}) to bindings; an empty host port means "choose"
   * @param publishAll publish {@code exposed} ports that have no binding too
   */
  record Attachment(
      ContainerId container,
      String name,
      String hostname,
      String domainname,
      Map<String, EndpointSettings> networks,
      Map<String, @Nullable List<PortBinding>> ports,
      List<String> exposed,
      boolean publishAll,
      List<String> dns,
      List<String> dnsSearch,
      List<String> dnsOptions,
      List<String> extraHosts) {

    /** The same with other lines for /etc/hosts. */
    public Attachment withExtraHosts(List<String> lines) {
      return new Attachment(
          container,
          name,
          hostname,
          domainname,
          networks,
          ports,
          exposed,
          publishAll,
          dns,
          dnsSearch,
          dnsOptions,
          lines);
    }
  }

  /**
   * What a container got; durable in its record.
   *
   * @param namespace a path that the runtime can open, valid while this daemon lives and the
   *     container is plugged
   * @param networks by name, with addresses, gateway, MAC and ids filled in
   * @param ports as published, host ports chosen
   * @param resolvConf content for the container's /etc/resolv.conf
   * @param hosts content for the container's /etc/hosts
   */
  record Plugged(
      Path namespace,
      Map<String, EndpointSettings> networks,
      Map<String, @Nullable List<PortBinding>> ports,
      String resolvConf,
      String hosts) {}
}
