package dev.priok.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ListenAddressTest {
  private static InetSocketAddress loopback(int port) {
    return new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
  }

  @Test
  void takesEveryFormOfDockersHostOption() {
    assertThat(ListenAddress.parse("unix:///run/x.sock", false))
        .isEqualTo(new ListenAddress.Unix(Path.of("/run/x.sock")));
    assertThat(ListenAddress.parse("unix://", false))
        .isEqualTo(new ListenAddress.Unix(Path.of("/var/run/docker.sock")));
    assertThat(ListenAddress.parse("tcp://127.0.0.1:4000", false))
        .isEqualTo(new ListenAddress.Tcp(loopback(4000)));
    assertThat(ListenAddress.parse("tcp://:4000", false))
        .isEqualTo(new ListenAddress.Tcp(loopback(4000)));
    assertThat(ListenAddress.parse("tcp://[::1]", false))
        .isEqualTo(
            new ListenAddress.Tcp(new InetSocketAddress(InetAddress.ofLiteral("::1"), 2375)));
    assertThat(ListenAddress.parse("0.0.0.0", true))
        .isEqualTo(
            new ListenAddress.Tcp(new InetSocketAddress(InetAddress.ofLiteral("0.0.0.0"), 2376)));
    assertThat(ListenAddress.parse("tcp://", true))
        .isEqualTo(new ListenAddress.Tcp(loopback(2376)));
    assertThat(ListenAddress.parse("tcp://", false))
        .isEqualTo(new ListenAddress.Tcp(loopback(2375)));
    assertThat(ListenAddress.parse("fd://", false)).isEqualTo(new ListenAddress.Inherited(-1));
    assertThat(ListenAddress.parse("fd://4", false)).isEqualTo(new ListenAddress.Inherited(4));
  }

  @Test
  void refusesWhatItCannotListenOn() {
    assertThatThrownBy(() -> ListenAddress.parse("ftp://x", false)).hasMessageContaining("ftp");
    assertThatThrownBy(() -> ListenAddress.parse("tcp://x:99999", false))
        .hasMessageContaining("port");
    assertThatThrownBy(() -> ListenAddress.parse("unix:///" + "a".repeat(120), false))
        .hasMessageContaining("longer");
  }
}
