package dev.priok.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class RunTest {
  private static final String UPGRADED =
      "HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n";

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int priok(FakeEngine engine, String... arguments) {
    return new Priok(
            Map.of("PRIOK_HOST", engine.host(), "DOCKER_API_VERSION", "1.51"),
            InputStream.nullInputStream(),
            out,
            err)
        .run(List.of(arguments));
  }

  @Test
  void runFetchesTheImageShowsBothStreamsAndEndsAsTheContainerDid() throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    AtomicBoolean pulled = new AtomicBoolean();
    FakeEngine.Routes routes =
        (request, peer) -> {
          String path = request.replaceFirst("\\?.*", "");
          switch (path) {
            case "POST /v1.51/containers/create" -> {
              if (pulled.get()) {
                peer.json(201, "{\"Id\":\"c1\",\"Warnings\":[\"careful\"]}");
              } else {
                peer.json(404, "{\"message\":\"No such image: busybox:latest\"}");
              }
            }
            case "POST /v1.51/images/create" -> {
              pulled.set(true);
              peer.json(200, "{\"status\":\"Pulling from library/busybox\",\"id\":\"latest\"}");
            }
            case "POST /v1.51/containers/c1/attach" -> {
              peer.send(UPGRADED);
              started.await();
              peer.send("\1\0\0\0\0\0\0\3out\2\0\0\0\0\0\0\3err");
            }
            case "POST /v1.51/containers/c1/wait" -> {
              peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
              started.await();
              peer.send("10\r\n{\"StatusCode\":3}\r\n0\r\n\r\n");
            }
            case "POST /v1.51/containers/c1/start" -> {
              started.countDown();
              peer.send("HTTP/1.1 204 No Content\r\n\r\n");
            }
            default -> peer.json(500, "{\"message\":\"unexpected\"}");
          }
        };
    try (FakeEngine engine = new FakeEngine(routes)) {
      assertThat(priok(engine, "run", "--rm", "busybox", "sh", "-c", "x")).isEqualTo(3);
      assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("out");
      assertThat(err.toString(StandardCharsets.UTF_8))
          .isEqualTo(
              """
              Unable to find image 'busybox:latest' locally
              latest: Pulling from library/busybox
              WARNING: careful
              err\
              """);
      assertThat(engine.requests())
          .containsExactly(
              "POST /v1.51/containers/create",
              "POST /v1.51/images/create?fromImage=busybox&tag=latest",
              "POST /v1.51/containers/create",
              "POST /v1.51/containers/c1/attach?stream=1&stdout=1&stderr=1",
              "POST /v1.51/containers/c1/wait?condition=removed",
              "POST /v1.51/containers/c1/start");
    }
  }

  @Test
  void aProgramThatIsNotThereIs127() throws Exception {
    FakeEngine.Routes routes =
        (request, peer) -> {
          if (request.endsWith("/create")) {
            peer.json(201, "{\"Id\":\"c1\"}");
          } else {
            peer.json(
                400, "{\"message\":\"exec: \\\"nope\\\": executable file not found in $PATH\"}");
          }
        };
    try (FakeEngine engine = new FakeEngine(routes)) {
      assertThat(priok(engine, "run", "-d", "busybox", "nope")).isEqualTo(127);
      assertThat(err.toString(StandardCharsets.UTF_8))
          .isEqualTo(
              """
              priok: Error response from daemon: exec: "nope": executable file not found in $PATH

              Run 'priok run --help' for more information
              """);
    }
  }

  @Test
  void execEndsAsItsProgramDid() throws Exception {
    FakeEngine.Routes routes =
        (request, peer) -> {
          if (request.endsWith("/containers/web/exec")) {
            peer.json(201, "{\"Id\":\"e1\"}");
          } else if (request.endsWith("/exec/e1/start")) {
            peer.send(UPGRADED + "\1\0\0\0\0\0\0\2hi");
          } else {
            peer.json(200, "{\"ID\":\"e1\",\"Running\":false,\"ExitCode\":7}");
          }
        };
    try (FakeEngine engine = new FakeEngine(routes)) {
      assertThat(priok(engine, "exec", "web", "sh", "-c", "exit 7")).isEqualTo(7);
      assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("hi");
    }
  }

  @Test
  void severalNamesGoOnAfterAFailure() throws IOException {
    FakeEngine.Routes routes =
        (request, peer) -> {
          if (request.contains("/bad/")) {
            peer.json(404, "{\"message\":\"No such container: bad\"}");
          } else {
            peer.send("HTTP/1.1 204 No Content\r\n\r\n");
          }
        };
    try (FakeEngine engine = new FakeEngine(routes)) {
      assertThat(priok(engine, "stop", "a", "bad", "b")).isEqualTo(1);
      assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("a\nb\n");
      assertThat(err.toString(StandardCharsets.UTF_8))
          .isEqualTo("Error response from daemon: No such container: bad\n");
    }
  }

  @Test
  void inspectShowsWhatItFindsAndNamesWhatItDoesNot() throws IOException {
    FakeEngine.Routes routes =
        (request, peer) -> {
          if (request.endsWith("/containers/c1/json")) {
            peer.json(200, "{\"Id\":\"c1\",\"Unknown\":1}");
          } else {
            peer.json(404, "{\"message\":\"no such thing\"}");
          }
        };
    try (FakeEngine engine = new FakeEngine(routes)) {
      assertThat(priok(engine, "inspect", "c1", "x")).isEqualTo(1);
      assertThat(out.toString(StandardCharsets.UTF_8))
          .isEqualTo(
              """
              [
                  {
                      "Id": "c1",
                      "Unknown": 1
                  }
              ]
              """);
      assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("error: no such object: x\n");
    }
  }
}
