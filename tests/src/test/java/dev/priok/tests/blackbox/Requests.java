package dev.priok.tests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.tests.support.DaemonUnderTest;
import dev.priok.tests.support.Outcome;
import dev.priok.tests.support.RawHttp;

/** Create requests with fields that the docker command has no option for. */
final class Requests {
  private Requests() {}

  /** The answer to a create request; the body needs no image. */
  static RawHttp.Answer create(DaemonUnderTest d, String body) {
    return d.http().post("/v1.45/containers/create", withImage(body));
  }

  /** The id of a container that must have been created. */
  static String id(DaemonUnderTest d, String body) {
    RawHttp.Answer answer = create(d, body);
    assertThat(answer.status()).as("%s", answer).isEqualTo(201);
    return answer.body().replaceAll("(?s).*\"Id\":\"([0-9a-f]{64})\".*", "$1");
  }

  /** Creates a container, runs it to its end and gives what it said. */
  static Outcome run(DaemonUnderTest d, String body) {
    return d.docker("start", "-a", id(d, body));
  }

  /** A HostConfig, and a shell command. */
  static String host(String hostConfig, String script) {
    return "{\"Cmd\":[\"sh\",\"-c\",\""
        + script.replace("\\", "\\\\").replace("\"", "\\\"")
        + "\"],\"AttachStdout\":true,\"AttachStderr\":true,\"HostConfig\":"
        + hostConfig
        + "}";
  }

  private static String withImage(String body) {
    return body.contains("\"Image\"") ? body : "{\"Image\":\"busybox\"," + body.substring(1);
  }

  /** The sentence of a refusal. */
  static String message(RawHttp.Answer answer) {
    return answer
        .body()
        .replaceAll("(?s).*\"message\":\"(.*)\"}\\s*", "$1")
        .replace("\\\"", "\"")
        .replace("\\u0026", "&")
        .replace("\\u003c", "<")
        .replace("\\u003e", ">")
        .replace("\\n", "\n");
  }
}
