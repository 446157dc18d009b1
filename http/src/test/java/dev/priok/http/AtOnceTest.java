package dev.priok.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.http.ApiServer.ApiOptions;
import dev.priok.http.server.Endpoint;
import dev.priok.http.server.ServerOptions;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Requests that the event loop answers itself, between such that get a thread: a connection goes
 * from one to the other and to rest, and no byte may be lost or answered twice on the way.
 */
@Timeout(60)
class AtOnceTest {
  private static final String PING = "GET /_ping HTTP/1.1\r\nHost: d\r\n\r\n";
  // Its query takes it from the event loop.
  private static final String APART = "GET /_ping?apart=1 HTTP/1.1\r\nHost: d\r\n\r\n";
  private static final Duration IDLE = Duration.ofSeconds(1);

  @TempDir Path dir;
  private ApiServer server;
  private SocketAddress address;

  @BeforeEach
  void listen() throws Exception {
    var limits =
        new ServerOptions(2, 64 * 1024, Duration.ofMillis(500), IDLE, Duration.ofSeconds(1));
    server =
        new ApiServer(
            Rooms.engine(new EchoEngine()), new ApiOptions("0.1.0", Rooms.direct(limits), false));
    Path socket = dir.resolve("api.sock");
    server.listen(new Endpoint.Unix(socket, null));
    address = UnixDomainSocketAddress.of(socket);
  }

  @AfterEach
  void close() {
    server.close();
  }

  private static void answers(Wire wire, String request) throws IOException {
    wire.send(request);
    assertThat(wire.until("\r\n\r\nOK")).startsWith("HTTP/1.1 200 OK");
  }

  @Test
  void oneConnectionGoesToAThreadAndBackAsOftenAsItLikes() throws Exception {
    try (Wire wire = new Wire(address)) {
      for (int i = 0; i < 2_000; i++) {
        answers(wire, i % 3 == 0 ? APART : PING);
      }
    }
  }

  @Test
  void piecesMayBeCutAnywhere() throws Exception {
    try (Wire wire = new Wire(address)) {
      for (int cut = 1; cut < PING.length(); cut++) {
        wire.send(PING.substring(0, cut));
        if (cut % 4 == 0) {
          Thread.sleep(2);
        }
        answers(wire, PING.substring(cut));
      }
    }
  }

  @Test
  void theNextRequestMayComeWhileAnAnswerIsOnItsWay() throws Exception {
    // The instant at which a thread goes to rest is met by chance: many clients, many times.
    List<Thread> clients = new ArrayList<>();
    List<Throwable> failures = java.util.Collections.synchronizedList(new ArrayList<>());
    for (int c = 0; c < 8; c++) {
      clients.add(
          Thread.ofPlatform()
              .start(() -> {
                try (Wire wire = new Wire(address)) {
                  for (int i = 0; i < 100; i++) {
                    wire.send(APART);
                    wire.send(PING);
                    wire.until("\r\n\r\nOK");
                    wire.send(APART + PING);
                    wire.until("\r\n\r\nOK");
                    wire.until("\r\n\r\nOK");
                    wire.until("\r\n\r\nOK");
                  }
                } catch (IOException | RuntimeException e) {
                  failures.add(e);
                }
              }));
    }
    for (Thread client : clients) {
      client.join();
    }
    assertThat(failures).isEmpty();
  }

  @Test
  void aClientThatReadsNothingHoldsUpNobody() throws Exception {
    try (Wire deaf = new Wire(address);
        Wire other = new Wire(address)) {
      Thread flood =
          Thread.startVirtualThread(() -> {
            try {
              for (int i = 0; i < 100_000; i++) {
                deaf.send(PING);
              }
            } catch (IOException e) {
              // Cut off when the test ends.
            }
          });
      Thread.sleep(300);
      for (int i = 0; i < 200; i++) {
        answers(other, PING);
      }
      deaf.close();
      flood.join();
    }
  }

  @Test
  void aRestingConnectionIsClosedWhenItsTimeIsOverAndNotBefore() throws Exception {
    for (String last : List.of(PING, APART)) {
      try (Wire wire = new Wire(address)) {
        // Longer than the time a silent client has, in steps shorter than it.
        for (int i = 0; i < 4; i++) {
          answers(wire, last);
          Thread.sleep(IDLE.dividedBy(2));
        }
        answers(wire, last);
        long start = System.nanoTime();
        assertThat(wire.rest()).isEmpty();
        assertThat(Duration.ofNanos(System.nanoTime() - start))
            .isBetween(IDLE.minusMillis(100), IDLE.plusSeconds(2));
      }
    }
  }

  @Test
  void whoNeverSendsAnythingIsClosedToo() throws Exception {
    try (Wire wire = new Wire(address)) {
      long start = System.nanoTime();
      assertThat(wire.rest()).isEmpty();
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
    }
  }

  @Test
  void aMalformedHeadIsRefusedOnTheEventLoopToo() throws Exception {
    try (Wire wire = new Wire(address)) {
      answers(wire, PING);
      wire.send("GET /_ping HTTP/1.1\r\nHost : d\r\n\r\n");
      assertThat(wire.rest()).startsWith("HTTP/1.1 400 Bad Request");
    }
  }
}
