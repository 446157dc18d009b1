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
  void readsSshAddresses() {
    assertThat(Endpoint.parse("ssh://me@host:22"))
        .isEqualTo(new Endpoint.Ssh("me", "host", 22, null))
        .hasToString("ssh://me@host:22");
    assertThat(Endpoint.parse("ssh://host/run/x.sock"))
        .isEqualTo(new Endpoint.Ssh(null, "host", 0, "/run/x.sock"));
    for (String bad :
        new String[] {"ssh://", "ssh://me:secret@host", "ssh://-oProxyCommand=x", "ssh://h?a=b"}) {
      assertThatThrownBy(() -> Endpoint.parse(bad)).hasMessageContaining("not valid");
    }
  }

  @Test
  void refusesWhatItCannotDo() {
    for (String bad : new String[] {"host:80", "npipe://x", "tcp://h:0", "tcp://h:x"}) {
      assertThatThrownBy(() -> Endpoint.parse(bad)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void theEnvironmentAsksForTls() {
    Path folder = Path.of("/nowhere");
    TlsFiles files = new TlsFiles(folder.resolve("ca.pem"), null, null, true);
    Map<String, String> asked = Map.of("DOCKER_TLS_VERIFY", "1", "DOCKER_CERT_PATH", "/nowhere");
    assertThat(Endpoint.fromEnvironment(asked))
        .isEqualTo(new Endpoint.Tls("localhost", 2376, files));
    assertThat(Endpoint.parse("tcp://h", files)).isEqualTo(new Endpoint.Tls("h", 2376, files));
    assertThat(Endpoint.parse("unix:///a", files)).isEqualTo(new Endpoint.Unix(Path.of("/a")));
    assertThatThrownBy(() -> Endpoint.parse("http://h:1", files)).hasMessageContaining("TLS");
    assertThat(Endpoint.parse("https://h"))
        .isEqualTo(new Endpoint.Tls("h", 2376, new TlsFiles(null, null, null, true)));
  }

  @Test
  void priokHostWins() {
    assertThat(
            Endpoint.fromEnvironment(Map.of("PRIOK_HOST", "unix:///a", "DOCKER_HOST", "unix:///b")))
        .isEqualTo(new Endpoint.Unix(Path.of("/a")));
  }
}
