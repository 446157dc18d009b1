package dev.priok.kernel.netlink;

/**
 * An IPv4 route.
 *
 * @param destination network address, big-endian as an int; 0 with prefix 0 is the default route
 * @param prefix length of the network part
 * @param output index of the interface, or 0
 * @param gateway address of the next hop, or 0
 * @param table routing table; 254 is the main one, 255 the local one
 */
public record Route(int destination, int prefix, int output, int gateway, int table) {}
