package dev.priok.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class EndpointTest {
  @Test
  void readsTheNotationOfDockerHost() {
    assertThat(Endpoint.parse("unix:///run/x.sock"))
        .isEqualTo(new Endpoint.Unix(Path.of("/run/x.sock")));
    assertThat(Endpoint.parse("tcp://127.0.0.1:2375"))
        .isEqualTo(new Endpoint.Tcp("127.0.0.1", 2375));
    assertThat(Endpoint.parse("tcp://[::1]:80")).isEqualTo(new Endpoint.Tcp("::1", 80));
    assertThat(Endpoint.parse("http://host")).isEqualTo(new Endpoint.Tcp("host", 2375));
    assertThat(Endpoint.parse("tcp://[::1]:80")).hasToString("tcp://[::1]:80");
  }

  @Test
  void refusesWhatItCannotDo() {
    for (String bad :
        new String[] {"host:80", "https://h:1", "ssh://h", "npipe://x", "tcp://h:0", "tcp://h:x"}) {
      assertThatThrownBy(() -> Endpoint.parse(bad)).isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() ->
            Endpoint.fromEnvironment(
                Map.of("DOCKER_HOST", "tcp://h:2376", "DOCKER_TLS_VERIFY", "1")))
        .hasMessageContaining("TLS");
  }

  @Test
  void priokHostWins() {
    assertThat(
            Endpoint.fromEnvironment(Map.of("PRIOK_HOST", "unix:///a", "DOCKER_HOST", "unix:///b")))
        .isEqualTo(new Endpoint.Unix(Path.of("/a")));
  }
}
