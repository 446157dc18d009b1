package dev.priok.host.network;

import dev.priok.model.error.EngineException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Chooses subnets for networks that ask for none. */
public final class SubnetPools {
  /**
   * Where subnets come from.
   *
   * @param base is split
   * @param size prefix of each part
   */
  public record Pool(Subnet base, int size) {
    public Pool {
      if (size < base.prefix() || size > 30) {
        throw new IllegalArgumentException("cannot split " + base + " into /" + size);
      }
    }
  }

  /** Docker's: fifteen /16 out of 172.16.0.0/12, then sixteen /20 of 192.168.0.0/16. */
  public static final List<Pool> DEFAULTS = defaults();

  private final List<Pool> pools;

  public SubnetPools(List<Pool> pools) {
    this.pools = List.copyOf(pools);
  }

  private static List<Pool> defaults() {
    List<Pool> result = new ArrayList<>();
    for (int second = 17; second <= 31; second++) {
      result.add(new Pool(new Subnet(new Ipv4(172 << 24 | second << 16), 16), 16));
    }
    result.add(new Pool(new Subnet(new Ipv4(192 << 24 | 168 << 16), 16), 20));
    return List.copyOf(result);
  }

  /** The first part that overlaps nothing in {@code taken}. */
  public Subnet choose(Collection<Subnet> taken) {
    for (Pool pool : pools) {
      long parts = 1L << (pool.size() - pool.base().prefix());
      for (long i = 0; i < parts; i++) {
        Subnet candidate = new Subnet(pool.base().at((int) (i << (32 - pool.size()))), pool.size());
        if (taken.stream().noneMatch(candidate::overlaps)) {
          return candidate;
        }
      }
    }
    throw EngineException.invalid("all predefined address pools have been fully subnetted");
  }
}
