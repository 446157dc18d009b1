package dev.priok.engine.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Which calls are named. */
final class OpenCallsTest {
  @Test
  void aCallIsNamedFromItsLimitToItsEnd() throws InterruptedException {
    try (OpenCalls calls = new OpenCalls(Duration.ofMillis(50), Duration.ofHours(1))) {
      try (OpenCalls.Open _ = calls.begin("DELETE /containers/web");
          OpenCalls.Open _ = calls.beginTransfer("PUT /containers/web/archive")) {
        assertThat(calls.warnings()).isEmpty();
        Thread.sleep(60);
        calls.look(System.nanoTime());
        assertThat(calls.warnings())
            .containsExactly("WARNING: DELETE /containers/web has taken 0 s: does something hang?");
      }
      assertThat(calls.warnings()).isEmpty();
    }
  }
}
