package dev.priok.host.network;

import java.util.Collection;

/**
 * Packet filter rules of this daemon: translation of published ports, masquerading, isolation.
 *
 * <p>The order of a daemon's life: {@link #install} once, {@link #add} each network, {@link
 * #publish} as containers start, {@link #reset} when everything that survived a restart is known
 * again.
 */
public interface Firewall {

  /**
   * What a bridge network lets through.
   *
   * @param bridge name of the interface
   * @param internal nothing goes in or out
   * @param masquerade outgoing packets get the host's address
   */
  record Zone(String bridge, Subnet subnet, boolean internal, boolean masquerade) {}

  /** Makes chains and sets, or brings those of a former daemon up to date without a gap. */
  void install();

  void add(Zone zone);

  void remove(Zone zone);

  void publish(Collection<PortMapping> mappings);

  /** Harmless for mappings that are not there. */
  void unpublish(Collection<PortMapping> mappings);

  /** Makes the rules hold exactly these zones and mappings, in one step. */
  void reset(Collection<Zone> zones, Collection<PortMapping> mappings);

  /** Whether {@link #publish} does anything; if not, a port needs a proxy. */
  boolean translates();

  /** Takes everything away. */
  void uninstall();

  /** For {@code --iptables=false}: the administrator's own rules rule. */
  static Firewall none() {
    return new Firewall() {
      @Override
      public void install() {}

      @Override
      public void add(Zone zone) {}

      @Override
      public void remove(Zone zone) {}

      @Override
      public void publish(Collection<PortMapping> mappings) {}

      @Override
      public void unpublish(Collection<PortMapping> mappings) {}

      @Override
      public void reset(Collection<Zone> zones, Collection<PortMapping> mappings) {}

      @Override
      public boolean translates() {
        return false;
      }

      @Override
      public void uninstall() {}
    };
  }
}
