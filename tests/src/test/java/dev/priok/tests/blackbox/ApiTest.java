package dev.priok.tests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.tests.support.DaemonUnderTest;
import dev.priok.tests.support.Outcome;
import dev.priok.tests.support.RawHttp;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The API itself: versions, headers, errors. */
@BlackBox
final class ApiTest {
  @Test
  void ping(DaemonUnderTest d) {
    RawHttp.Answer ping = d.http().get("/_ping");
    assertThat(ping.status()).isEqualTo(200);
    assertThat(ping.body()).isEqualTo("OK");
    assertThat(ping.headers())
        .containsEntry("ostype", "linux")
        .containsEntry("docker-experimental", "false")
        .containsEntry("pragma", "no-cache")
        .containsEntry("cache-control", "no-cache, no-store, must-revalidate")
        .containsKeys("api-version", "server", "builder-version", "swarm", "content-type");
    RawHttp.Answer head = d.http().send("HEAD", "/_ping", "");
    assertThat(head.status()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/version",
        "/v1.24/version",
        "/v1.30/version",
        "/v1.41/version",
        "/v1.45/version"
      })
  void withAndWithoutAVersion(String path, DaemonUnderTest d) {
    RawHttp.Answer answer = d.http().get(path);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).contains("\"ApiVersion\"").contains("\"MinAPIVersion\":\"1.24\"");
  }

  @Test
  void outsideTheWindow(DaemonUnderTest d) {
    RawHttp.Answer old = d.http().get("/v1.12/version");
    assertThat(old.status()).isEqualTo(400);
    assertThat(old.body())
        .contains(
            "client version 1.12 is too old. Minimum supported API version is 1.24, please upgrade your client to a newer version");
    RawHttp.Answer young = d.http().get("/v1.99/version");
    assertThat(young.status()).isEqualTo(400);
    assertThat(young.body())
        .contains("client version 1.99 is too new. Maximum supported API version is");
  }

  @Test
  void unknownPathsAndMethods(DaemonUnderTest d) {
    assertThat(d.http().get("/no/such/path").status()).isEqualTo(404);
    assertThat(d.http().get("/v1.45/no/such/path").body().strip())
        .isEqualTo("{\"message\":\"page not found\"}");
    assertThat(d.http().send("DELETE", "/version", "").status()).isIn(404, 405);
  }

  @Test
  void clientsAreOftenOlder(DaemonUnderTest d) {
    Outcome version =
        d.shell()
            .with("DOCKER_API_VERSION", "1.30")
            .run("docker", "version", "--format", "{{.Client.APIVersion}}");
    assertThat(version.ok().text()).isEqualTo("1.30");
    d.shell()
        .with("DOCKER_API_VERSION", "1.30")
        .run("docker", "run", "--rm", "busybox", "true")
        .ok();
  }

  @Test
  void info(DaemonUnderTest d) {
    assertThat(
            d.docker("info", "--format", "{{.OSType}} {{.Containers}} {{.Swarm.LocalNodeState}}")
                .ok()
                .text())
        .isEqualTo("linux 0 inactive");
    assertThat(d.docker("info", "--format", "{{.Driver}}").ok().text()).isNotEmpty();
    assertThat(d.docker("info", "--format", "{{.DockerRootDir}}").ok().text()).startsWith("/");
  }
}
