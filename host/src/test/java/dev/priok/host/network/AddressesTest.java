package dev.priok.host.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class AddressesTest {
  private static Subnet subnet(String text) {
    return Subnet.cidr(text).orElseThrow().subnet();
  }

  private static Ipv4 ip(String text) {
    return Ipv4.parse(text).orElseThrow();
  }

  @Test
  void readsAddressesStrictly() {
    assertThat(Ipv4.parse("10.1.2.3")).hasToString("Optional[10.1.2.3]");
    assertThat(Ipv4.parse("255.255.255.255")).hasToString("Optional[255.255.255.255]");
    for (String bad : List.of("", "10.1.2", "10.1.2.256", "010.1.2.3", "a.b.c.d", "1.2.3.4 ")) {
      assertThat(Ipv4.parse(bad)).isEmpty();
    }
    assertThat(Subnet.cidr("10.0.0.0/33")).isEmpty();
    assertThat(subnet("10.1.2.3/8")).hasToString("10.0.0.0/8");
    assertThat(subnet("10.0.0.0/8").overlaps(subnet("10.3.0.0/16"))).isTrue();
    assertThat(subnet("10.0.0.0/8").overlaps(subnet("11.0.0.0/8"))).isFalse();
    assertThat(ip("172.17.0.2").mac()).containsExactly(2, 0x42, 172, 17, 0, 2);
  }

  @Test
  void handsOutTheLowestFreeAddress() {
    AddressPool pool =
        new AddressPool(subnet("10.0.0.0/29"), subnet("10.0.0.0/29"), List.of(ip("10.0.0.1")));
    assertThat(pool.allocate()).isEqualTo(ip("10.0.0.2"));
    pool.claim(ip("10.0.0.4"));
    assertThatThrownBy(() -> pool.claim(ip("10.0.0.4"))).hasMessage("Address already in use");
    assertThatThrownBy(() -> pool.claim(ip("10.0.1.4")))
        .hasMessage("requested address is out of range");
    assertThat(pool.allocate()).isEqualTo(ip("10.0.0.3"));
    assertThat(pool.allocate()).isEqualTo(ip("10.0.0.5"));
    assertThat(pool.allocate()).isEqualTo(ip("10.0.0.6"));
    assertThatThrownBy(pool::allocate).hasMessage("no available addresses on this pool");
    pool.release(ip("10.0.0.3"));
    assertThat(pool.allocate()).isEqualTo(ip("10.0.0.3"));
  }

  @Test
  void choosesSubnetsThatNobodyUses() {
    SubnetPools pools = new SubnetPools(SubnetPools.DEFAULTS);
    assertThat(pools.choose(List.of())).isEqualTo(subnet("172.17.0.0/16"));
    assertThat(pools.choose(List.of(subnet("172.17.9.0/24"), subnet("172.18.0.0/16"))))
        .isEqualTo(subnet("172.19.0.0/16"));
    assertThat(pools.choose(List.of(subnet("172.16.0.0/12"), subnet("192.168.0.0/24"))))
        .isEqualTo(subnet("192.168.16.0/20"));
    assertThatThrownBy(() -> pools.choose(List.of(subnet("0.0.0.0/0"))))
        .hasMessage("all predefined address pools have been fully subnetted");
  }
}
