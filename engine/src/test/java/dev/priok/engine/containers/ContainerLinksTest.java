package dev.priok.engine.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.priok.engine.networks.ContainerNetworks.Plugged;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ContainerLinksTest {
  @Test
  void variablesTellPortsNameAndEnvironment() {
    assertThat(
            LinkEnvironment.of(
                "/web/my-db",
                "172.17.0.2",
                List.of("FOO=a=b", "PATH=/bin", "HOME=/", "odd"),
                List.of("53/udp", "81/tcp", "80/tcp")))
        .containsExactly(
            "MY_DB_PORT=tcp://172.17.0.2:80",
            "MY_DB_PORT_80_TCP=tcp://172.17.0.2:80",
            "MY_DB_PORT_80_TCP_ADDR=172.17.0.2",
            "MY_DB_PORT_80_TCP_PORT=80",
            "MY_DB_PORT_80_TCP_PROTO=tcp",
            "MY_DB_PORT_81_TCP=tcp://172.17.0.2:81",
            "MY_DB_PORT_81_TCP_ADDR=172.17.0.2",
            "MY_DB_PORT_81_TCP_PORT=81",
            "MY_DB_PORT_81_TCP_PROTO=tcp",
            "MY_DB_PORT_80_TCP_START=tcp://172.17.0.2:80",
            "MY_DB_PORT_80_TCP_PORT_START=80",
            "MY_DB_PORT_80_TCP_END=tcp://172.17.0.2:81",
            "MY_DB_PORT_80_TCP_PORT_END=81",
            "MY_DB_PORT_53_UDP=udp://172.17.0.2:53",
            "MY_DB_PORT_53_UDP_ADDR=172.17.0.2",
            "MY_DB_PORT_53_UDP_PORT=53",
            "MY_DB_PORT_53_UDP_PROTO=udp",
            "MY_DB_NAME=/web/my-db",
            "MY_DB_ENV_FOO=a=b");
  }

  @Test
  void aLinkIsReadInAllItsForms() {
    assertThat(ContainerLinks.Named.parse("db:alias"))
        .isEqualTo(new ContainerLinks.Named("db", "alias"));
    assertThat(ContainerLinks.Named.parse("db")).isEqualTo(new ContainerLinks.Named("db", "db"));
    assertThat(ContainerLinks.Named.parse("/db:/web/alias"))
        .isEqualTo(new ContainerLinks.Named("db", "alias"));
    assertThatThrownBy(() -> ContainerLinks.Named.parse("a:b:c"))
        .hasMessage("bad format for links: a:b:c");
    assertThatThrownBy(() -> ContainerLinks.Named.parse(""))
        .hasMessage("empty string specified for links");
  }

  @Test
  void onlyTheLinksLineOfHostsChanges() {
    String file = "127.0.0.1\tlocalhost\n172.17.0.2\tdb host box\n# 1 db\n10.0.0.1 other db\n";
    assertThat(LinkedHosts.changed(file, "db", "172.17.0.9"))
        .isEqualTo("127.0.0.1\tlocalhost\n172.17.0.9\tdb host box\n# 1 db\n10.0.0.1 other db\n");
    assertThat(LinkedHosts.changed(file, "db", null))
        .isEqualTo("127.0.0.1\tlocalhost\n# 1 db\n10.0.0.1 other db\n");
    assertThat(LinkedHosts.changed(file, "nothing", "1.2.3.4")).isEqualTo(file);
  }

  @Test
  void whatAUserWroteIntoHostsSurvivesAnotherNetwork() {
    Plugged before = plugged("127.0.0.1\tlocalhost\n172.17.0.2\tbox\n");
    Plugged now = plugged("127.0.0.1\tlocalhost\n172.17.0.2\tbox\n172.18.0.2\tbox\n");
    String file = "127.0.0.1\tlocalhost\n172.17.0.2\tbox\n1.1.1.1 mine\n";
    String joined = NameFiles.merged(file, before, now);
    assertThat(joined).isEqualTo(file + "172.18.0.2\tbox\n");
    assertThat(NameFiles.merged(joined, now, before)).isEqualTo(file);
  }

  private static Plugged plugged(String hosts) {
    return new Plugged(Path.of("/ns"), Map.of(), Map.of(), "", hosts);
  }

  @Test
  void theGateWaitsForThoseInsideAndLetsNobodyIn() {
    StartGate gate = new StartGate();
    StartGate.Pass pass = gate.enter();
    assertThat(gate.close(Duration.ofMillis(20))).isFalse();
    assertThat(gate.isClosed()).isTrue();
    assertThatThrownBy(gate::enter).hasMessageContaining("the daemon is shutting down");
    pass.close();
    assertThat(gate.close(Duration.ofMillis(20))).isTrue();
  }
}
