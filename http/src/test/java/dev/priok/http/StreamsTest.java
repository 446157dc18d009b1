package dev.priok.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.http.ApiServer.ApiOptions;
import dev.priok.http.server.Endpoint;
import dev.priok.http.server.ServerOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Hijacked connections, framing, websockets, and clients that leave. */
// A text block would hide the line ends that these tests are about.
@SuppressWarnings("StringConcatToTextBlock")
@Timeout(60)
class StreamsTest {
  private static final String HOST = " HTTP/1.1\r\nHost: d\r\n";
  private static final String UPGRADE = "Connection: Upgrade\r\nUpgrade: tcp\r\n";
  private static final String EXEC =
      "Content-Type: application/json\r\nContent-Length: 14\r\n\r\n{\"Tty\": false}";

  @TempDir Path dir;
  private final EchoEngine engine = new EchoEngine();
  private ApiServer server;
  private SocketAddress unix;
  private SocketAddress tcp;
  private int port;

  @BeforeEach
  void listen() throws Exception {
    server =
        new ApiServer(
            Rooms.engine(engine),
            new ApiOptions("0.1.0", Rooms.direct(ServerOptions.defaults()), false));
    Path socket = dir.resolve("api.sock");
    server.listen(new Endpoint.Unix(socket, null));
    unix = UnixDomainSocketAddress.of(socket);
    port = server.listen(new Endpoint.Tcp("127.0.0.1", 0));
    tcp = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  @AfterEach
  void close() {
    engine.goneSeen.countDown();
    engine.exit.countDown();
    server.close();
  }

  private static String frame(int stream, String text) {
    return new String(new char[] {(char) stream, 0, 0, 0, 0, 0, 0, (char) text.length()}) + text;
  }

  @Test
  void attachEchoesBothWaysAndKnowsHalfClose() throws Exception {
    for (SocketAddress address : List.of(unix, tcp)) {
      try (Wire wire = new Wire(address)) {
        wire.send("POST /v1.41/containers/tty/attach?stream=1&stdin=1" + HOST + UPGRADE + "\r\n");
        String head = wire.until("\r\n\r\n");
        assertThat(head)
            .startsWith("HTTP/1.1 101 UPGRADED\r\n")
            .contains("Content-Type: application/vnd.docker.raw-stream\r\n")
            .contains("Connection: Upgrade\r\n")
            .contains("Upgrade: tcp\r\n");
        wire.send("hello");
        assertThat(wire.until("hello")).isEqualTo("hello");
        // Our side ends; the container's last words still come.
        assertThat(wire.end().rest()).isEqualTo("|EOF");
      }
    }
  }

  @Test
  void bytesThatComeWithTheRequestAreNotLost() throws Exception {
    for (SocketAddress address : List.of(unix, tcp)) {
      try (Wire wire = new Wire(address)) {
        wire.send("POST /containers/web/attach?stream=1&stdin=1" + HOST + UPGRADE + "\r\nearly")
            .end();
        assertThat(wire.until("\r\n\r\n"))
            .contains("Content-Type: application/vnd.docker.multiplexed-stream\r\n");
        assertThat(wire.rest()).isEqualTo(frame(1, "early") + frame(2, "|EOF"));
      }
      try (Wire wire = new Wire(address)) {
        wire.send("POST /exec/e/start" + HOST + UPGRADE + EXEC + "early").end();
        wire.until("\r\n\r\n");
        assertThat(wire.rest()).isEqualTo(frame(1, "early") + frame(2, "|EOF"));
      }
    }
  }

  @Test
  void hijacksWithoutAnUpgradeToo() throws Exception {
    try (Wire wire = new Wire(unix)) {
      wire.send("POST /v1.45/exec/e/start" + HOST + EXEC);
      assertThat(wire.until("\r\n\r\n"))
          .startsWith("HTTP/1.1 200 OK\r\n")
          .contains("Content-Type: application/vnd.docker.raw-stream\r\n")
          .doesNotContain("Content-Length")
          .doesNotContain("chunked");
      wire.send("x").end();
      assertThat(wire.rest()).isEqualTo(frame(1, "x") + frame(2, "|EOF"));
    }
  }

  @Test
  void anAttachThatIsRefusedLeavesTheConnectionUsable() throws Exception {
    try (Wire wire = new Wire(unix)) {
      wire.send("POST /containers/missing/attach?stream=1" + HOST + UPGRADE + "\r\n");
      assertThat(wire.until("}\n"))
          .startsWith("HTTP/1.1 404 Not Found\r\n")
          .endsWith("{\"message\":\"No such container: missing\"}\n");
      wire.send("GET /_ping" + HOST + "\r\n");
      wire.until("\r\n\r\nOK");
    }
  }

  @Test
  void passesTwoHundredMegabytes() throws Exception {
    long start = System.nanoTime();
    try (Wire wire = new Wire(unix)) {
      wire.send("POST /containers/big/attach?stream=1&stdout=1" + HOST + UPGRADE + "\r\n");
      wire.until("\r\n\r\n");
      long frames = EchoEngine.BIG / (32 * 1024);
      assertThat(wire.count()).isEqualTo(EchoEngine.BIG + 8 * frames);
    }
    long millis = (System.nanoTime() - start) / 1_000_000;
    System.out.println("200 MB attach: " + millis + " ms");
    assertThat(millis).isLessThan(10_000);
  }

  @Test
  void aSlowClientSlowsTheEngineDownInsteadOfFillingMemory() throws Exception {
    try (Wire wire = new Wire(unix)) {
      wire.send("POST /containers/big/attach?stream=1&stdout=1" + HOST + UPGRADE + "\r\n");
      wire.until("\r\n\r\n");
      Thread.sleep(500);
      long used = Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
      assertThat(used).isLessThan(EchoEngine.BIG);
      assertThat(wire.exactly(1 << 20)).hasSize(1 << 20);
    }
  }

  @Test
  void logsAreFramedInChunks() throws Exception {
    HttpClient http = HttpClient.newHttpClient();
    var response =
        http.send(
            java.net.http.HttpRequest.newBuilder(
                    URI.create(
                        "http://127.0.0.1:" + port + "/containers/a/logs?stdout=1&tail=20000"))
                .build(),
            java.net.http.HttpResponse.BodyHandlers.ofByteArray());
    assertThat(response.headers().firstValue("Content-Type"))
        .hasValue("application/vnd.docker.multiplexed-stream");
    ByteBuffer body = ByteBuffer.wrap(response.body());
    for (int i = 0; i < 20_000; i++) {
      assertThat(body.getInt()).isEqualTo(0x01000000);
      byte[] line = new byte[body.getInt()];
      body.get(line);
      assertThat(new String(line, StandardCharsets.UTF_8)).isEqualTo("line " + i + "\n");
    }
    assertThat(body.hasRemaining()).isFalse();
  }

  @Test
  void noticesClientsThatLeave() throws Exception {
    for (String call :
        List.of(
            "GET /events" + HOST + "\r\n",
            "GET /containers/a/logs?stdout=1&follow=1" + HOST + "\r\n")) {
      EchoEngine own = new EchoEngine();
      try (ApiServer other =
          new ApiServer(
              Rooms.engine(own),
              new ApiOptions("0.1.0", Rooms.direct(ServerOptions.defaults()), false))) {
        int otherPort = other.listen(new Endpoint.Tcp("127.0.0.1", 0));
        Path socket = dir.resolve("other.sock");
        other.listen(new Endpoint.Unix(socket, null));
        SocketAddress address =
            call.startsWith("GET /events")
                ? new InetSocketAddress(InetAddress.getLoopbackAddress(), otherPort)
                : UnixDomainSocketAddress.of(socket);
        try (Wire wire = new Wire(address)) {
          wire.send(call).until("\r\n\r\n");
          assertThat(own.goneSeen.await(100, TimeUnit.MILLISECONDS)).isFalse();
        }
        assertThat(own.goneSeen.await(5, TimeUnit.SECONDS)).isTrue();
      }
    }
  }

  @Test
  void noticesAUnixClientThatLeavesAfterHalfClosing() throws Exception {
    try (Wire wire = new Wire(unix)) {
      wire.send("POST /containers/tty-linger/attach?stream=1" + HOST + UPGRADE + "\r\n").end();
      wire.until("|EOF");
      assertThat(engine.goneSeen.await(1500, TimeUnit.MILLISECONDS)).isFalse();
    }
    assertThat(engine.goneSeen.await(5, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void waitSendsItsHeadAtOnceAndEndsWithTheClient() throws Exception {
    try (Wire wire = new Wire(unix)) {
      wire.send("POST /containers/a/wait?condition=next-exit" + HOST + "\r\n");
      assertThat(wire.until("\r\n\r\n")).startsWith("HTTP/1.1 200 OK\r\n");
    }
    assertThat(engine.waitLeft.await(5, TimeUnit.SECONDS)).isTrue();
    try (Wire wire = new Wire(unix)) {
      wire.send("POST /containers/a/wait" + HOST + "Connection: close\r\n\r\n");
      wire.until("\r\n\r\n");
      engine.exit.countDown();
      assertThat(wire.rest()).contains("{\"StatusCode\":3}\n").endsWith("0\r\n\r\n");
    }
  }

  @Test
  void anExecThatDetachesIsAnOrdinaryCall() throws Exception {
    try (Wire wire = new Wire(unix)) {
      wire.send(
          "POST /exec/e/start"
              + HOST
              + "Content-Type: application/json\r\n"
              + "Content-Length: 15\r\nConnection: close\r\n\r\n{\"Detach\":true}");
      assertThat(wire.rest()).startsWith("HTTP/1.1 200 OK\r\n").contains("Content-Length: 0\r\n");
    }
  }

  @Test
  void attachesOverAWebSocket() throws Exception {
    var seen = new CompletableFuture<String>();
    var text = new StringBuilder();
    WebSocket socket =
        HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .buildAsync(
                URI.create(
                    "ws://127.0.0.1:"
                        + port
                        + "/v1.51/containers/tty/attach/ws?stream=1&stdin=1&stdout=1"),
                new WebSocket.Listener() {
                  @Override
                  public CompletionStage<?> onBinary(
                      WebSocket webSocket, ByteBuffer data, boolean last) {
                    text.append(StandardCharsets.UTF_8.decode(data));
                    if (text.length() >= 70_000) {
                      seen.complete(text.toString());
                    }
                    webSocket.request(1);
                    return CompletableFuture.completedStage(null);
                  }
                })
            .get(5, TimeUnit.SECONDS);
    char[] many = new char[70_000];
    Arrays.fill(many, 'x');
    socket.sendPing(ByteBuffer.wrap(new byte[] {1})).get(5, TimeUnit.SECONDS);
    socket.sendText(new String(many), true).get(5, TimeUnit.SECONDS);
    assertThat(seen.get(5, TimeUnit.SECONDS)).isEqualTo(new String(many));
    socket.sendClose(WebSocket.NORMAL_CLOSURE, "").get(5, TimeUnit.SECONDS);
  }

  @Test
  void refusesWebSocketsOfForeignPages() throws Exception {
    try (Wire wire = new Wire(tcp)) {
      wire.send(
          "GET /containers/tty/attach/ws?stream=1"
              + HOST
              + "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
              + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nOrigin: http://evil\r\n\r\n");
      assertThat(wire.until("\r\n\r\n")).startsWith("HTTP/1.1 403 ");
    }
  }

  @Test
  void manyConnectionsAtOnce() throws Exception {
    List<Thread> threads =
        java.util.stream.IntStream.range(0, 200)
            .mapToObj(i ->
                Thread.startVirtualThread(() -> {
                  try (Wire wire = new Wire(unix)) {
                    wire.send("GET /_ping" + HOST + "Connection: close\r\n\r\n");
                    assertThat(wire.rest()).endsWith("OK");
                  } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                  }
                }))
            .toList();
    for (Thread thread : threads) {
      assertThat(thread.join(java.time.Duration.ofSeconds(20))).isTrue();
    }
  }
}
