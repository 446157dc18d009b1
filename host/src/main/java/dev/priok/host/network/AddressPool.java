package dev.priok.host.network;

import dev.priok.model.error.EngineException;
import dev.priok.model.error.ErrorKind;
import java.util.BitSet;
import java.util.Collection;

/**
 * The addresses of one network. The lowest free one is handed out, from the range for automatic
 * assignment; one that is asked for may lie anywhere in the subnet.
 */
public final class AddressPool {
  private final Subnet subnet;
  private final Subnet range;
  private final BitSet used = new BitSet();
  private int inUse;
  private boolean retired;

  /**
   * A pool.
   *
   * @param range part of the subnet that automatic addresses come from
   * @param reserved never handed out: the gateway and the auxiliary addresses
   */
  public AddressPool(Subnet subnet, Subnet range, Collection<Ipv4> reserved) {
    this.subnet = subnet;
    this.range = range;
    if (subnet.prefix() < 31) {
      used.set(0);
    }
    reserved.stream().filter(subnet::contains).forEach(a -> used.set(offset(a)));
  }

  public Subnet subnet() {
    return subnet;
  }

  public synchronized Ipv4 allocate() {
    requireAlive();
    int from = offset(range.network());
    int free = used.nextClearBit(from);
    int last = offset(range.last());
    boolean broadcast = subnet.prefix() < 31 && range.last().equals(subnet.last());
    if (free > (broadcast ? last - 1 : last)) {
      throw new EngineException(ErrorKind.UNAVAILABLE, "no available addresses on this pool");
    }
    used.set(free);
    inUse++;
    return subnet.at(free);
  }

  /** Takes one certain address. */
  public synchronized void claim(Ipv4 address) {
    requireAlive();
    if (!subnet.contains(address) || (subnet.prefix() < 31 && address.equals(subnet.last()))) {
      throw EngineException.invalid("requested address is out of range");
    }
    int offset = offset(address);
    if (used.get(offset)) {
      throw EngineException.forbidden("Address already in use");
    }
    used.set(offset);
    inUse++;
  }

  /**
   * Hands out nothing more, unless an address is in use: then false, and nothing changed. So a
   * network cannot go away under a container that is just starting.
   */
  public synchronized boolean retire() {
    retired = inUse == 0;
    return retired;
  }

  private void requireAlive() {
    if (retired) {
      throw EngineException.notFound("the network of subnet %s was removed", subnet);
    }
  }

  public synchronized void release(Ipv4 address) {
    if (subnet.contains(address) && used.get(offset(address))) {
      used.clear(offset(address));
      inUse--;
    }
  }

  private int offset(Ipv4 address) {
    return address.bits() - subnet.network().bits();
  }
}
