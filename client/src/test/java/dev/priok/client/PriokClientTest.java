package dev.priok.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.priok.client.streams.HijackedStream;
import dev.priok.client.streams.JsonStream;
import dev.priok.client.streams.ProgressMessage;
import dev.priok.client.streams.ProgressStream;
import dev.priok.model.api.container.ContainerCreateRequestBuilder;
import dev.priok.model.api.container.ContainerSummary;
import dev.priok.model.api.exec.ExecStartConfig;
import dev.priok.model.api.system.EventMessage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
final class PriokClientTest {
  private static final String UPGRADED =
      String.join(
          "\r\n",
          "HTTP/1.1 101 UPGRADED",
          "Content-Type: application/vnd.docker.raw-stream",
          "Connection: Upgrade",
          "Upgrade: tcp",
          "",
          "");

  @Test
  void negotiatesTheOlderOfBothVersions() throws Exception {
    try (CannedServer server =
            new CannedServer(
                CannedServer.answer(
                    "HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nContent-Length: 2\r\n\r\nOK"),
                CannedServer.json(200, "[]"));
        PriokClient client = PriokClient.connect(server.endpoint())) {
      assertThat(client.containers().list(ListContainersQuery.running())).isEmpty();
      assertThat(client.apiVersion()).isEqualTo(new ApiVersion(1, 41));
      assertThat(server.requests().get(1)).startsWith("GET /v1.41/containers/json HTTP/1.1\r\n");
    }
  }

  @Test
  void readsChunkedAnswersIntoRecords() throws Exception {
    String half1 = "[{\"Id\":\"abc\",\"Na";
    String half2 = "mes\":[\"/web\"],\"State\":\"running\"}]";
    try (CannedServer server =
            new CannedServer(
                CannedServer.answer(
                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + Integer.toHexString(half1.length())
                        + "\r\n"
                        + half1
                        + "\r\n"
                        + Integer.toHexString(half2.length())
                        + ";x=y\r\n"
                        + half2
                        + "\r\n0\r\n\r\n"));
        PriokClient client = server.client()) {
      List<ContainerSummary> list =
          client
              .containers()
              .list(new ListContainersQuery(true, false, null, Filters.none().and("name", "we b")));
      assertThat(list)
          .singleElement()
          .extracting(ContainerSummary::names)
          .isEqualTo(List.of("/web"));
      assertThat(server.requests().getFirst())
          .contains("all=1&filters=%7B%22name%22%3A%5B%22we+b%22%5D%7D ");
    }
  }

  @Test
  void refusalsCarryStatusAndSentence() throws Exception {
    try (CannedServer server =
            new CannedServer(CannedServer.json(404, "{\"message\":\"No such container: x\"}"));
        PriokClient client = server.client()) {
      assertThatThrownBy(() -> client.containers().start("x"))
          .isInstanceOfSatisfying(
              ApiException.class,
              e -> {
                assertThat(e.status()).isEqualTo(404);
                assertThat(e.isNotFound()).isTrue();
                assertThat(e.reason()).isEqualTo("No such container: x");
              });
    }
  }

  @Test
  void aTruncatedAnswerIsAnError() throws Exception {
    try (CannedServer server =
            new CannedServer(
                CannedServer.answer("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[{\"Id\""));
        PriokClient client = server.client()) {
      assertThatThrownBy(() -> client.containers().list(ListContainersQuery.running()))
          .isInstanceOf(UncheckedIOException.class);
    }
  }

  @Test
  void nobodyThereIsUnreachable() {
    PriokClient client =
        PriokClient.connect(new Endpoint.Unix(Path.of("/nowhere/priok.sock")), ApiVersion.NEWEST);
    assertThatThrownBy(() -> client.system().info()).isInstanceOf(UnreachableException.class);
  }

  @Test
  void createSendsTheRequestAsJson() throws Exception {
    try (CannedServer server =
            new CannedServer((head, peer) -> {
              String body = peer.readUntil("}");
              assertThat(body).contains("\"Image\":\"busybox\"");
              CannedServer.json(201, "{\"Id\":\"f00\",\"Warnings\":[]}").talk(head, peer);
            });
        PriokClient client = server.client()) {
      assertThat(
              client
                  .containers()
                  .create(
                      "a name",
                      null,
                      ContainerCreateRequestBuilder.builder().image("busybox").build())
                  .id())
          .isEqualTo("f00");
      assertThat(server.requests().getFirst())
          .startsWith("POST /v1.51/containers/create?name=a+name HTTP/1.1");
    }
  }

  @Test
  void hijackSeparatesStreamsAndHalfClosesStdin() throws Exception {
    try (CannedServer server =
            new CannedServer((head, peer) -> {
              // The first output follows the head in the same packet, as fast programs have it.
              peer.send(UPGRADED + frame(1, "out\n") + frame(2, "err\n"));
              String typed = peer.readAll();
              peer.send(frame(1, "got " + typed));
            });
        PriokClient client = server.client();
        HijackedStream stream =
            client
                .containers()
                .attach("c", new AttachQuery(true, true, true, false, null), false)) {
      stream.stdin().write("typed".getBytes(StandardCharsets.UTF_8));
      stream.closeStdin();
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      ByteArrayOutputStream err = new ByteArrayOutputStream();
      stream.output().copyTo(out, err);
      assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("out\ngot typed");
      assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("err\n");
      assertThat(server.requests().getFirst())
          .contains("Connection: Upgrade\r\n")
          .contains("Upgrade: tcp\r\n")
          .contains("/attach?stream=1&stdin=1&stdout=1&stderr=1 ");
    }
  }

  @Test
  void aTerminalIsRaw() throws Exception {
    try (CannedServer server =
            new CannedServer((head, peer) -> {
              peer.readUntil("}");
              peer.send(UPGRADED + "\u0001raw");
            });
        PriokClient client = server.client();
        HijackedStream stream = client.execs().start("e", new ExecStartConfig(false, true, null))) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      stream.output().copyTo(out, out);
      assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("\u0001raw");
    }
  }

  @Test
  void aFrameCutShortIsAnError() throws Exception {
    try (CannedServer server =
            new CannedServer(
                CannedServer.answer(
                    UPGRADED + frame(1, "complete") + "\u0001\0\0\0\0\0\0\u0009cut"));
        PriokClient client = server.client();
        HijackedStream stream =
            client
                .containers()
                .attach("c", new AttachQuery(false, true, true, false, null), false)) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      assertThatThrownBy(() -> stream.output().copyTo(out, out)).isInstanceOf(IOException.class);
    }
  }

  @Test
  void eventsComeOneByOneAndProgressFails() throws Exception {
    try (CannedServer server =
            new CannedServer(
                CannedServer.answer(
                    lines(
                        "{\"Type\":\"container\",\"Action\":\"start\"}",
                        "{\"Type\":\"container\",\"Action\":\"die\"}")),
                CannedServer.answer(
                    lines(
                        "{\"status\":\"Pulling\",\"id\":\"latest\"}",
                        "{\"errorDetail\":{\"message\":\"manifest unknown\"}}")));
        PriokClient client = server.client()) {
      try (JsonStream<EventMessage> events = client.system().events(null, null, Filters.none())) {
        EventMessage first = events.next();
        EventMessage second = events.next();
        assertThat(first).isNotNull().extracting(EventMessage::action).isEqualTo("start");
        assertThat(second).isNotNull().extracting(EventMessage::action).isEqualTo("die");
        assertThat(events.next()).isNull();
      }
      try (ProgressStream pull = client.images().pull("busybox", "latest", null, null)) {
        assertThat(pull.next())
            .isNotNull()
            .extracting(ProgressMessage::status)
            .isEqualTo("Pulling");
        assertThatThrownBy(pull::next)
            .isInstanceOf(ApiException.class)
            .hasMessage("manifest unknown");
      }
    }
  }

  @Test
  void anUploadIsChunkedAndRefusedInTheMiddle() throws Exception {
    InputStream endless =
        new InputStream() {
          @Override
          public int read() {
            return 'x';
          }
        };
    try (CannedServer server =
            new CannedServer(
                (head, peer) -> {
                  String body = peer.readUntil("\r\n0\r\n\r\n");
                  int status = body.equals("5\r\nhello\r\n0\r\n\r\n") ? 200 : 500;
                  CannedServer.json(status, "{}").talk(head, peer);
                },
                CannedServer.json(400, "{\"message\":\"bad archive\"}"));
        PriokClient client = server.client()) {
      InputStream hello = new ByteArrayInputStream("hello".getBytes(StandardCharsets.UTF_8));
      client.containers().upload("c", "/", hello, false, false);
      assertThatThrownBy(() -> client.images().load(endless, true, null).close())
          .isInstanceOf(ApiException.class)
          .hasMessage("bad archive");
    }
  }

  private static String lines(String... values) {
    return "HTTP/1.1 200 OK\r\n\r\n" + String.join("\r\n", values) + "\r\n";
  }

  private static String frame(int stream, String text) {
    return (char) stream + "\0\0\0\0\0\0" + (char) text.length() + text;
  }
}
