package dev.priok.http.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class HideSecretsTest {
  private static String json(String body) {
    return HideSecrets.inJson(body.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void credentialsAreNotShown() {
    assertThat(json("{\"username\":\"me\",\"password\":\"hush\",\"identitytoken\":\"hush\"}"))
        .contains("me")
        .doesNotContain("hush");
    assertThat(json("{\"Spec\":{\"Data\":\"aHVzaA==\",\"JoinToken\":{\"a\":\"hush\"}}}"))
        .doesNotContain("aHVzaA", "hush");
    assertThat(json("{\"Env\":[\"DB_PASSWORD=hush\",\"PATH=/bin\"],\"Cmd\":[\"a\"]}"))
        .contains("DB_PASSWORD=*****", "PATH=/bin")
        .doesNotContain("hush");
    assertThat(json("{\"Labels\":{\"api-token\":\"hush\"},\"url\":\"http://u:hush@h/\"}"))
        .contains("http://*****@h/")
        .doesNotContain("hush");
  }

  @Test
  void whatCannotBeReadIsNotShown() {
    assertThat(json("password=hush")).isEqualTo("(13 bytes that are no JSON)");
    assertThat(json("\"" + "x".repeat(20_000) + "\"")).isEqualTo("(20002 bytes)");
  }

  @Test
  void targets() {
    assertThat(HideSecrets.inTarget("/v1.51/containers/json?all=1"))
        .isEqualTo("/v1.51/containers/json?all=1");
    assertThat(HideSecrets.inTarget("/images/create?fromSrc=http%3A%2F%2Fu%3Ahush%40h%2Fx&tag=1"))
        .doesNotContain("hush")
        .contains("tag=1");
    assertThat(HideSecrets.inTarget("/commit?changes=ENV+PASSWORD%3Dhush&repo=a"))
        .doesNotContain("hush")
        .contains("repo=a");
  }
}
