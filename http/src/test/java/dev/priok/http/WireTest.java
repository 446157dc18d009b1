package dev.priok.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.http.ApiServer.ApiOptions;
import dev.priok.http.server.Endpoint;
import dev.priok.http.server.ServerOptions;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP/1.1 as bytes: what must be answered, and what must not be understood in two ways. */
// A text block would hide the line ends that these tests are about.
@SuppressWarnings("StringConcatToTextBlock")
@Timeout(30)
class WireTest {
  @TempDir Path dir;
  private final EchoEngine engine = new EchoEngine();
  private ApiServer server;
  private SocketAddress address;

  @BeforeEach
  void listen() throws Exception {
    var limits =
        new ServerOptions(
            2, 64 * 1024, Duration.ofMillis(500), Duration.ofSeconds(5), Duration.ofSeconds(1));
    server =
        new ApiServer(Rooms.engine(engine), new ApiOptions("0.1.0", Rooms.direct(limits), false));
    Path socket = dir.resolve("api.sock");
    server.listen(new Endpoint.Unix(socket, null));
    address = UnixDomainSocketAddress.of(socket);
  }

  @AfterEach
  void close() {
    server.close();
  }

  private String talk(String bytes) throws Exception {
    try (Wire wire = new Wire(address)) {
      return wire.send(bytes).end().rest();
    }
  }

  @Test
  void answersPipelinedRequestsInOrder() throws Exception {
    String answers =
        talk(
            "GET /containers/a/json HTTP/1.1\r\nHost: d\r\n\r\n"
                + "GET /containers/b/json HTTP/1.1\r\nHost: d\r\n\r\n"
                + "GET /_ping HTTP/1.1\r\nHost: d\r\nConnection: close\r\n\r\n");
    assertThat(answers.split("HTTP/1.1 200 OK", -1)).hasSize(4);
    assertThat(answers.indexOf("\"/a\"")).isBetween(1, answers.indexOf("\"/b\""));
    assertThat(answers).endsWith("\r\n\r\nOK");
  }

  @Test
  void pingCarriesTheHeadersThatClientsRead() throws Exception {
    assertThat(talk("GET /_ping HTTP/1.1\r\nHost: d\r\n\r\n"))
        .contains("Api-Version: 1.51\r\n")
        .contains("Docker-Experimental: false\r\n")
        .contains("Ostype: linux\r\n")
        .contains("Server: Priok/0.1.0 (linux)\r\n")
        .contains("Builder-Version: 1\r\n")
        .contains("Swarm: inactive\r\n")
        .contains("Cache-Control: no-cache, no-store, must-revalidate\r\n")
        .contains("Pragma: no-cache\r\n");
    assertThat(talk("HEAD /v1.40/_ping HTTP/1.1\r\nHost: d\r\n\r\n"))
        .startsWith("HTTP/1.1 200 OK\r\n")
        .contains("Content-Length: 0\r\n")
        .endsWith("\r\n\r\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /_ping HTTP/1.1\nHost: d\n\n",
        "GET /_ping HTTP/1.1\r\nHost : d\r\n\r\n",
        "GET /_ping HTTP/1.1\r\n folded: x\r\nHost: d\r\n\r\n",
        "GET  /_ping HTTP/1.1\r\nHost: d\r\n\r\n",
        "GET /_ping HTTP/1.1\r\n\r\n",
        "GET /_ping HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "GET /_ping HTTP/1.1\r\nHost: d\r\nX: a\u0000b\r\n\r\n",
        "POST /containers/create HTTP/1.1\r\nHost: d\r\nContent-Length: 5\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /containers/create HTTP/1.1\r\nHost: d\r\nContent-Length: 2\r\n"
            + "Content-Length: 3\r\n\r\n{}",
        "POST /containers/create HTTP/1.1\r\nHost: d\r\nContent-Length: +2\r\n\r\n{}",
        "POST /containers/create HTTP/1.1\r\nHost: d\r\nContent-Length: 2, 2\r\n\r\n{}",
        "POST /containers/create HTTP/1.1\r\nHost: d\r\nTransfer-Encoding: chunked\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /containers/create HTTP/1.1\r\nHost: d\r\nContent-Type: application/json\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n-2\r\n{}\r\n0\r\n\r\n",
        "POST /containers/create HTTP/1.1\r\nHost: d\r\nContent-Type: application/json\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}XX0\r\n\r\n",
        "POST /containers/create HTTP/1.1\r\nHost: d\r\nContent-Type: application/json\r\n"
            + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n{}\r\n0\r\n\r\n",
        "POST /containers/create HTTP/1.1\r\nHost: d\r\nContent-Type: application/json\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n2\n{}\r\n0\r\n\r\n",
        "POST /containers/create HTTP/1.1\r\nHost: d\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        "POST /containers/create HTTP/1.0\r\nHost: d\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /containers/create HTTP/1.1\r\nHost: d\r\nContent-Length: 0x2\r\n\r\n{}",
        "POST /containers/create HTTP/1.1\r\nHost: d\r\nContent-Length: -1\r\n\r\n{}",
        "POST /containers/create HTTP/1.1\r\nHost: d\r\nContent-Length:\r\n\r\n{}",
        "POST /containers/create HTTP/1.1\r\nHost: d\r\nX: a\rb\r\n\r\n",
        "POST /containers/create HTTP/1.1\r\nHost: d\r\nContent-Type: application/json\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n0x2\r\n{}\r\n0\r\n\r\n",
      })
  void refusesWhatCouldBeReadInTwoWays(String bytes) throws Exception {
    String answer = talk(bytes + "GET /containers/smuggled/json HTTP/1.1\r\nHost: d\r\n\r\n");
    assertThat(answer)
        .startsWith("HTTP/1.1 400 Bad Request\r\n")
        .contains("{\"message\":\"")
        .doesNotContain("smuggled");
  }

  @Test
  void refusesOtherEncodingsAndVersions() throws Exception {
    assertThat(talk("POST /x HTTP/1.1\r\nHost: d\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"))
        .startsWith("HTTP/1.1 501 ");
    assertThat(talk("GET / HTTP/3.0\r\nHost: d\r\n\r\n")).startsWith("HTTP/1.1 505 ");
    assertThat(talk("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")).startsWith("HTTP/1.1 505 ");
    assertThat(talk("GET / HTTP/1.1\r\nHost: d\r\nX: " + "a".repeat(70_000) + "\r\n\r\n"))
        .startsWith("HTTP/1.1 431 ");
  }

  @Test
  void endsConnectionsThatTakeTooLongForTheirHeader() throws Exception {
    try (Wire wire = new Wire(address)) {
      wire.send("GET /_ping HTTP/1.1\r\nHo");
      long start = System.nanoTime();
      assertThat(wire.rest()).isEmpty();
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
    }
  }

  @Test
  void aTrickleDoesNotProlongTheTimeForAHeader() throws Exception {
    try (Wire wire = new Wire(address)) {
      wire.send("GET /_ping HTTP/1.1\r\nHost: d\r\n");
      long start = System.nanoTime();
      Thread trickle =
          Thread.startVirtualThread(() -> {
            try {
              for (int i = 0; i < 100; i++) {
                wire.send("X-" + i + ": y\r\n");
                Thread.sleep(50);
              }
            } catch (java.io.IOException | InterruptedException e) {
              // Cut off, as it should be.
            }
          });
      assertThat(wire.rest()).doesNotContain("200 OK");
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
      trickle.join();
    }
  }

  @Test
  void aJsonBodyThatDoesNotComeIsGivenUp() throws Exception {
    try (Wire wire = new Wire(address)) {
      wire.send(
          "POST /containers/create HTTP/1.1\r\nHost: d\r\nContent-Type: application/json\r\n"
              + "Content-Length: 100\r\n\r\n{\"Image\":");
      assertThat(wire.rest())
          .startsWith("HTTP/1.1 408 Request Timeout\r\n")
          .contains("Connection: close\r\n")
          .contains("the request's body did not come in time");
    }
  }

  @Test
  void aJsonBodyWithoutEndIsRefused() throws Exception {
    Path socket = dir.resolve("patient.sock");
    var patient = new ApiOptions("0.1.0", Rooms.direct(ServerOptions.defaults()), false);
    try (ApiServer other = new ApiServer(Rooms.engine(engine), patient)) {
      other.listen(new Endpoint.Unix(socket, null));
      refusesAnEndlessBody(UnixDomainSocketAddress.of(socket));
    }
  }

  private static void refusesAnEndlessBody(SocketAddress to) throws Exception {
    try (Wire wire = new Wire(to)) {
      wire.send(
          "POST /containers/create HTTP/1.1\r\nHost: d\r\nContent-Type: application/json\r\n"
              + "Transfer-Encoding: chunked\r\n\r\n");
      byte[] spaces = ("100000\r\n" + " ".repeat(0x100000) + "\r\n").getBytes(UTF_8);
      Thread sender =
          Thread.startVirtualThread(() -> {
            try {
              while (true) {
                wire.send(spaces);
              }
            } catch (java.io.IOException e) {
              // Cut off, as it should be.
            }
          });
      assertThat(wire.rest())
          .startsWith("HTTP/1.1 400 Bad Request\r\n")
          .contains("request body too large");
      wire.close();
      sender.join();
    }
  }

  @Test
  void chunkLinesAndTrailersAreBounded() throws Exception {
    String head =
        "POST /containers/create HTTP/1.1\r\nHost: d\r\nContent-Type: application/json\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n";
    assertThat(talk(head + "2;" + "x".repeat(10_000) + "\r\n{}\r\n0\r\n\r\n"))
        .startsWith("HTTP/1.1 400 ");
    String trailers = ("T: " + "y".repeat(1000) + "\r\n").repeat(20);
    assertThat(talk(head + "2\r\n{}\r\n0\r\n" + trailers + "\r\n")).startsWith("HTTP/1.1 431 ");
    String fields = "X: y\r\n".repeat(300);
    assertThat(talk("GET /_ping HTTP/1.1\r\nHost: d\r\n" + fields + "\r\n"))
        .startsWith("HTTP/1.1 431 ");
  }

  @Test
  void speaksToOldClients() throws Exception {
    assertThat(talk("GET /_ping HTTP/1.0\r\n\r\n"))
        .startsWith("HTTP/1.1 200 OK\r\n")
        .contains("Connection: close\r\n")
        .endsWith("OK");
    assertThat(talk("GET /containers/a/archive?path=/etc HTTP/1.0\r\n\r\n"))
        .doesNotContain("chunked")
        .endsWith("\r\n\r\ntar");
  }

  @Test
  void waitsWithTheBodyUntilToldToGoOn() throws Exception {
    try (Wire wire = new Wire(address)) {
      wire.send(
          "PUT /containers/a/archive?path=/ HTTP/1.1\r\nHost: d\r\nContent-Length: 3\r\n"
              + "Expect: 100-continue\r\n\r\n");
      assertThat(wire.until("\r\n\r\n")).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
      wire.send("abc");
      assertThat(wire.until("\r\n\r\n")).startsWith("HTTP/1.1 200 OK");
      assertThat(engine.uploaded.get()).isEqualTo(3);
      // And the connection goes on.
      wire.send("GET /_ping HTTP/1.1\r\nHost: d\r\n\r\n");
      assertThat(wire.until("\r\n\r\nOK")).startsWith("HTTP/1.1 200 OK");
    }
  }

  @Test
  void refusesAnUploadWithoutReadingItAll() throws Exception {
    try (Wire wire = new Wire(address)) {
      wire.send(
          "PUT /containers/a/archive?path=/refused HTTP/1.1\r\nHost: d\r\n"
              + "Content-Length: 1000000000\r\n\r\n");
      wire.send(new byte[1024 * 1024]);
      assertThat(wire.until("}\n"))
          .startsWith("HTTP/1.1 403 Forbidden\r\n")
          .contains("container rootfs is marked read-only");
    }
  }

  @Test
  void tellsOfATruncatedUpload() throws Exception {
    assertThat(
            talk(
                "PUT /containers/a/archive?path=/ HTTP/1.1\r\nHost: d\r\nContent-Length: 10\r\n"
                    + "\r\nabc"))
        .startsWith("HTTP/1.1 400 ")
        .contains("unexpected EOF");
  }

  @Test
  void readsChunkedBodiesWithExtensionsAndTrailers() throws Exception {
    String answer =
        talk(
            "PUT /containers/a/archive?path=/ HTTP/1.1\r\nHost: d\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n"
                + "3;x=y\r\nabc\r\n00A\r\n0123456789\r\n0\r\nTrailer: t\r\n\r\n"
                + "GET /_ping HTTP/1.1\r\nHost: d\r\n\r\n");
    assertThat(answer).startsWith("HTTP/1.1 200 OK").endsWith("OK");
    assertThat(engine.uploaded.get()).isEqualTo(13);
  }
}
