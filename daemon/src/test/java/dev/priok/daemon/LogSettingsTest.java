package dev.priok.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.priok.engine.containers.LogDefaults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logs in the daemon's options and its file. */
final class LogSettingsTest {
  @TempDir private Path dir;

  private LogDefaults read(String json) throws IOException {
    Path file = dir.resolve("daemon.json");
    Files.writeString(file, json);
    return LogSettings.defaults(
        ConfigurationTest.read("--config-file", file.toString()).config(), dir);
  }

  @Test
  void defaults() throws IOException {
    LogDefaults logs = read("{}");
    assertThat(logs.driver()).isEqualTo("json-file");
    assertThat(logs.options()).isEmpty();
    assertThat(logs.ceiling()).isPositive().isLessThanOrEqualTo(20L << 30);
  }

  @Test
  void fromTheFile() throws IOException {
    LogDefaults logs =
        read(
            "{\"log-driver\": \"local\", \"log-opts\": {\"max-size\": \"5m\"},"
                + " \"log-ceiling\": \"2g\"}");
    assertThat(logs).isEqualTo(new LogDefaults("local", Map.of("max-size", "5m"), 2L << 30));
    assertThat(read("{\"log-ceiling\": \"0\"}").ceiling()).isZero();
    assertThat(read("{\"log-ceiling\": \"100%\"}").ceiling()).isGreaterThan(1 << 20);
    assertThat(read("{\"log-driver\": \"gelf\"}").driver())
        .as("its address may come from each container")
        .isEqualTo("gelf");
  }

  @Test
  void whatMakesNoSenseEndsTheStart() {
    refused("{\"log-driver\": \"paper\"}", "paper");
    refused("{\"log-opts\": {\"foo\": \"1\"}}", "unknown log opt 'foo' for json-file log driver");
    refused("{\"log-opts\": {\"max-size\": 5}}", "log-opts.max-size is not a string");
    refused("{\"log-ceiling\": \"much\"}", "invalid log-ceiling: much");
    refused("{\"log-ceiling\": \"101%\"}", "invalid log-ceiling: 101%");
  }

  private void refused(String json, String why) {
    assertThatThrownBy(() -> read(json))
        .isInstanceOf(StartRefusedException.class)
        .hasMessageContaining(why);
  }
}
