package dev.priok.tests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.tests.support.DaemonUnderTest;
import dev.priok.tests.support.RawHttp;
import dev.priok.tests.support.Tars;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a daemon is sent by broken and by hostile clients. */
@BlackBox
final class BadInputTest {
  @ParameterizedTest
  @ValueSource(
      strings = {"{", "[]", "not json", "{\"Image\":7}", "{\"Cmd\":{}}", "{\"HostConfig\":\"x\"}"})
  void malformedJson(String body, DaemonUnderTest d) {
    RawHttp.Answer answer = d.http().post("/v1.45/containers/create", body);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body()).startsWith("{\"message\":\"").contains("invalid");
  }

  @Test
  void emptyBodyAndNoImage(DaemonUnderTest d) {
    assertThat(d.http().post("/v1.45/containers/create", "").status()).isEqualTo(400);
    assertThat(d.http().post("/v1.45/containers/create", "{}").status()).isEqualTo(400);
  }

  @Test
  void wrongContentType(DaemonUnderTest d) {
    String answer =
        d.http()
            .exchange(
                "POST /v1.45/containers/create HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}",
                false);
    assertThat(answer).contains(" 400 ").contains("must be 'application/json'");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"Memory\":-5}|Minimum memory limit allowed is 6MB",
        "{\"NanoCpus\":-1}|Range of CPUs is from",
        "{\"CpuPeriod\":5}|CPU cfs period",
        "{\"NetworkMode\":\"container:none-such\"}|No such container: none-such",
        "{\"Binds\":[\"a:b:c:d\"]}|invalid",
        "{\"Binds\":[\"/a:b\"]}|mount path must be absolute",
        "{\"Mounts\":[{\"Type\":\"wormhole\",\"Target\":\"/x\"}]}|wormhole",
        "{\"LogConfig\":{\"Type\":\"carrier-pigeon\"}}|carrier-pigeon",
        "{\"Runtime\":\"no-such-runtime\"}|no-such-runtime",
        "{\"PortBindings\":{\"80/tcp\":[{\"HostPort\":\"99999\"}]}}|invalid",
        "{\"IpcMode\":\"sideways\"}|IPC mode",
        "{\"PidMode\":\"sideways\"}|PID mode",
      })
  void impossibleSettings(String host, String sentence, DaemonUnderTest d) {
    RawHttp.Answer made =
        d.http()
            .post(
                "/v1.45/containers/create",
                "{\"Image\":\"busybox\",\"Cmd\":[\"true\"],\"HostConfig\":" + host + "}");
    if (made.status() == 201) {
      // Some are only found out at the start; nothing may run then.
      String id = made.body().replaceAll("(?s).*\"Id\":\"([0-9a-f]+)\".*", "$1");
      RawHttp.Answer start = d.http().post("/v1.45/containers/" + id + "/start", "");
      assertThat(start.status()).isGreaterThanOrEqualTo(400);
      assertThat(start.body()).containsIgnoringCase(sentence);
    } else {
      assertThat(made.status()).isBetween(400, 500);
      assertThat(made.body()).containsIgnoringCase(sentence);
    }
  }

  @Test
  void badNames(DaemonUnderTest d) {
    RawHttp.Answer answer =
        d.http().post("/v1.45/containers/create?name=..%2F..%2Fetc", "{\"Image\":\"busybox\"}");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body())
        .contains("Invalid container name (../../etc), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed");
    assertThat(d.http().get("/containers/..%2f..%2fetc/json").status()).isIn(301, 404);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/containers/json?filters=nonsense",
        "/containers/json?limit=many",
        "/images/json?filters={",
        "/events?filters=["
      })
  void badQueries(String path, DaemonUnderTest d) {
    // Docker 26 answers 500 to a limit that is no number; 400 is what it means.
    assertThat(d.http().get(path).status()).isIn(400, path.contains("limit") ? 500 : 400);
  }

  @Test
  void tarsThatClimbOut(DaemonUnderTest d) throws IOException {
    Path outside = d.scratch();
    Path tar = d.scratch().resolve("evil.tar");
    for (String path :
        List.of(
            "../../../../../../../../.." + outside + "/evil",
            "a/../../../../../../../../../../.." + outside + "/evil")) {
      Files.write(tar, Tars.of(path, "evil"));
      d.docker("import", tar.toString(), "evil:one");
      assertThat(outside.resolve("evil")).doesNotExist();
    }
    Files.write(tar, Tars.throughLink("door", outside.toString(), "door/evil", "evil"));
    d.docker("import", tar.toString(), "evil:two");
    assertThat(outside.resolve("evil")).doesNotExist();
    d.docker("rmi", "-f", "evil:one", "evil:two");
  }

  @Test
  void truncatedAndBrokenArchives(DaemonUnderTest d) throws IOException {
    List<String> before = d.docker("images", "-aq").ok().lines();
    Path good = d.scratch().resolve("good.tar");
    d.docker("save", "-o", good.toString(), "busybox").ok();
    Path half = d.scratch().resolve("half.tar");
    byte[] bytes = Files.readAllBytes(good);
    Files.write(half, java.util.Arrays.copyOf(bytes, bytes.length / 2));
    d.docker("load", "-i", half.toString()).exits(1);
    Files.writeString(half, "this is no archive");
    d.docker("load", "-i", half.toString()).exits(1);
    d.docker("import", half.toString(), "broken:import").exits(1);
    assertThat(d.docker("images", "-aq").ok().lines()).isEqualTo(before);
  }

  @Test
  void aClientThatGoesAway(DaemonUnderTest d) {
    d.http()
        .exchange(
            "POST /images/load HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nonly this",
            true);
    d.http().exchange("GET /events HTTP/1.1\r\nHost: x\r\n\r\n", true);
    d.http()
        .exchange(
            "POST /containers/create HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{\"Image\"",
            true);
    String name = d.name("talks");
    d.docker("run", "-d", "--name", name, "busybox", "sh", "-c", "while :; do echo x; done").ok();
    d.http()
        .exchange(
            "GET /containers/" + name + "/logs?follow=1&stdout=1 HTTP/1.1\r\nHost: x\r\n\r\n",
            true);
    d.http()
        .exchange(
            "POST /containers/"
                + name
                + "/attach?stream=1&stdout=1 HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n",
            true);
    d.docker("kill", name).ok();
    assertThat(d.docker("ps", "-q").ok().lines()).isEmpty();
    assertThat(d.docker("run", "--rm", "busybox", "echo", "still here").ok().text())
        .isEqualTo("still here");
  }

  @Test
  void noiseInsteadOfHttp(DaemonUnderTest d) {
    assertThat(d.http().exchange("\u0016\u0003\u0001 hello\r\n\r\n", false))
        .startsWith("HTTP/1.1 400");
    assertThat(d.http().get("/_ping").status()).isEqualTo(200);
  }
}
