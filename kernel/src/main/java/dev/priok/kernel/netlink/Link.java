package dev.priok.kernel.netlink;

/**
 * A network interface.
 *
 * @param kind {@code bridge}, {@code veth}, ...; empty for hardware and loopback
 * @param master index of the bridge that it is a port of, or 0
 * @param mac hardware address as {@code 02:42:...}, empty where the kind has none
 */
public record Link(
    int index, String name, String kind, int master, boolean up, int mtu, String mac) {}
