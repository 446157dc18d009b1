package dev.priok.host.network;

/**
 * A host port and where its packets go.
 *
 * @param hostAddress {@code 0.0.0.0} stands for every address of the host
 */
public record PortMapping(
    Transport transport, Ipv4 hostAddress, int hostPort, Ipv4 containerAddress, int containerPort) {

  public PortMapping to(Ipv4 address) {
    return new PortMapping(transport, hostAddress, hostPort, address, containerPort);
  }
}
