package dev.priok.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.priok.tests.support.DaemonUnderTest;
import dev.priok.tests.support.Eventually;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** Traces of a daemon at a collector that only listens. */
@Tag("blackbox")
@DisabledIfSystemProperty(named = "priok.peer", matches = ".+", disabledReason = "its own daemon")
final class TracesTest {
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String PARENT = "00f067aa0ba902b7";

  @Test
  void eachCallIsASpanBelowItsCallers() throws IOException {
    Queue<String> received = new ConcurrentLinkedQueue<>();
    HttpServer collector =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    collector.createContext(
        "/v1/traces",
        call -> {
          byte[] body = call.getRequestBody().readAllBytes();
          received.add(new String(body, StandardCharsets.ISO_8859_1));
          call.sendResponseHeaders(200, -1);
          call.close();
        });
    collector.start();
    String endpoint = "http://127.0.0.1:" + collector.getAddress().getPort();
    Map<String, String> variables =
        Map.of(
            "OTEL_EXPORTER_OTLP_ENDPOINT", endpoint,
            "OTEL_BSP_SCHEDULE_DELAY", "100",
            "OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=quay");
    try (DaemonUnderTest d = DaemonUnderTest.start(variables, "-b", "none")) {
      d.http()
          .exchange(
              "GET /v1.45/containers/nobody/json HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                  + "User-Agent: quay-test\r\ntraceparent: 00-"
                  + TRACE
                  + "-"
                  + PARENT
                  + "-01\r\n\r\n",
              false);
      String sent =
          Eventually.value(
              "the span arrives",
              Duration.ofSeconds(20),
              () -> String.join("", received),
              text -> text.contains("/containers/{}/json"));
      assertThat(sent)
          .contains("priokd", "deployment.environment.name", "quay", "quay-test")
          .contains("GET /containers/{}/json", "http.response.status_code")
          .contains(bytes(TRACE), bytes(PARENT));
    } finally {
      collector.stop(0);
    }
  }

  @Test
  void whatCannotBeDoneEndsTheStart() {
    Map<String, String> variables = Map.of("OTEL_TRACES_EXPORTER", "carrier-pigeon");
    assertThatThrownBy(() -> DaemonUnderTest.start(variables, "-b", "none"))
        .hasMessageContaining("OpenTelemetry's variables: ")
        .hasMessageContaining("carrier-pigeon");
  }

  private static String bytes(String hex) {
    return new String(HexFormat.of().parseHex(hex), StandardCharsets.ISO_8859_1);
  }
}
