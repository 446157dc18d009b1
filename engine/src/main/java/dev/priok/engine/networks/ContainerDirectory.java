package dev.priok.engine.networks;

import dev.priok.engine.networks.ContainerNetworks.Attachment;
import dev.priok.engine.networks.ContainerNetworks.Plugged;
import dev.priok.model.api.network.EndpointSettings;
import dev.priok.model.id.ContainerId;
import org.jspecify.annotations.Nullable;

/**
 * What networks must know about containers, to connect and disconnect them; the containers' room
 * implements it.
 */
public interface ContainerDirectory {

  /**
   * A container as it is now.
   *
   * @param mode its network mode: {@code default}, {@code host}, {@code none}, {@code container:ID}
   *     or the name of a network
   * @param attachment what its record asks for
   * @param plugged what it got, null unless it is running
   */
  record Member(
      ContainerId id,
      String name,
      boolean running,
      String mode,
      Attachment attachment,
      @Nullable Plugged plugged) {}

  /** By id, name or the beginning of an id; refuses with {@code No such container: X}. */
  Member resolve(String reference);

  /**
   * Puts an endpoint into the container's record, durably: as asked for where the container is
   * stopped, as it got it where it runs.
   *
   * @param now all that a running container has now: its hosts and resolv.conf files follow; null
   *     where it is stopped
   */
  void connected(
      ContainerId container, String network, EndpointSettings endpoint, @Nullable Plugged now);

  /** Takes an endpoint out of the container's record, durably; {@code now} as above. */
  void disconnected(ContainerId container, String network, @Nullable Plugged now);
}
