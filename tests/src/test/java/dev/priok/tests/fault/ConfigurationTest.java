package dev.priok.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.tests.support.DaemonUnderTest;
import dev.priok.tests.support.Eventually;
import dev.priok.tests.support.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** The configuration file, read again on SIGHUP; and the ways to look into a running daemon. */
@Tag("blackbox")
@DisabledIfSystemProperty(
    named = "priok.peer",
    matches = ".+",
    disabledReason = "about priokd itself")
final class ConfigurationTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir private Path dir;

  private Path file(String json) throws IOException {
    return Files.writeString(dir.resolve("daemon.json"), json);
  }

  private static void signal(DaemonUnderTest d, String name) {
    d.shell().run("kill", "-" + name, Long.toString(d.pid())).ok();
  }

  private static void logged(DaemonUnderTest d, String words) {
    Eventually.holds(
        "the log says " + words,
        SOON,
        () -> {
          try {
            return Files.readString(d.log()).contains(words);
          } catch (IOException e) {
            return false;
          }
        });
  }

  @Test
  void aChangedFileIsFollowedWithoutARestart() throws IOException {
    Path file = file("{\"labels\": [\"a=1\"], \"shutdown-timeout\": 15}");
    try (DaemonUnderTest d =
        DaemonUnderTest.start("-b", "none", "--config-file", file.toString())) {
      assertThat(d.docker("info", "-f", "{{.Labels}} {{.Debug}}").ok().text())
          .isEqualTo("[a=1] false");
      file(
          "{\"labels\": [\"b=2\"], \"debug\": true, \"max-concurrent-downloads\": 9, \"mtu\": 1400}");
      signal(d, "HUP");
      logged(d, "reloaded configuration");
      assertThat(d.docker("info", "-f", "{{.Labels}} {{.Debug}}").ok().text())
          .isEqualTo("[b=2] true");
      logged(d, "changes that the next start reads: mtu");
      String now = Long.toString(System.currentTimeMillis() / 1000 + 1);
      assertThat(
              d.docker("events", "--since", "0", "--until", now, "--filter", "event=reload")
                  .ok()
                  .text())
          .contains("daemon reload", "max-concurrent-downloads=9", "debug=true")
          .contains("labels=[\"b=2\"]", "shutdown-timeout=15", "live-restore=false");

      file("{\"labels\": [\"c=3\"],\n \"debug\": tru}");
      signal(d, "HUP");
      logged(d, "line 2, column 11");
      assertThat(d.docker("info", "-f", "{{.Labels}}").ok().text())
          .as("all or nothing")
          .isEqualTo("[b=2]");
    }
  }

  @Test
  void debugModeShowsCallsAndStacksAndNoSecrets() throws IOException {
    try (DaemonUnderTest d = DaemonUnderTest.start("-b", "none")) {
      assertThat(d.http().get("/debug/threads").status()).isEqualTo(404);
      signal(d, "USR1");
      logged(d, "stacks of all threads written to");
    }
    try (DaemonUnderTest d = DaemonUnderTest.start("-b", "none", "-D", "--log-format", "json")) {
      assertThat(d.http().get("/debug/threads").body()).contains("http-loop");
      d.docker("login", "-u", "me", "-p", "hush-hush", "127.0.0.1:1");
      d.docker("create", "--pull", "never", "-e", "MY_PASSWORD=hush-hush", "nothing-there");
      logged(d, "MY_PASSWORD=*****");
      assertThat(Files.readString(d.log()))
          .contains("{\"level\":\"debug\"", "status 404")
          .doesNotContain("hush-hush");
    }
  }

  @Test
  void metricsHaveDockersNames() {
    try (DaemonUnderTest d =
        DaemonUnderTest.withImage("-b", "none", "--metrics-addr", "127.0.0.1:19323")) {
      d.docker("create", "--network", "none", "busybox").ok();
      String text = d.shell().run("curl", "-sf", "http://127.0.0.1:19323/metrics").ok().out();
      assertThat(text)
          .contains(
              "engine_daemon_container_actions_seconds_count{action=\"create\"} 1\n",
              "engine_daemon_container_actions_seconds_count{action=\"start\"} 0\n",
              "engine_daemon_container_states_containers{state=\"stopped\"} 1\n",
              "# TYPE engine_daemon_events_subscribers_total gauge\n",
              "# TYPE engine_daemon_events_total counter\n",
              "engine_daemon_health_checks_total 0\n",
              "engine_daemon_engine_cpus_cpus ",
              "graphdriver=\"",
              "priok_api_request_duration_seconds_count{method=\"POST\",route=\"/containers/create\",code=\"2xx\"} 1\n",
              "priok_images 1\n");
    }
  }

  @Test
  void validateMakesNothing() throws IOException {
    try (DaemonUnderTest d = DaemonUnderTest.start("-b", "none")) {
      Path root = dir.resolve("root");
      String[] folders = {"--data-root", root.toString(), "--exec-root", root + ".exec"};
      Outcome good = validate(d, "{\"labels\": [\"a=1\"]}", folders);
      assertThat(good.exits(0).err()).isEqualTo("configuration OK\n");
      assertThat(validate(d, "{\"lables\": []}", folders).exits(1).err())
          .contains("don't match any configuration option: lables (did you mean labels?)");
      assertThat(validate(d, "{\"log-driver\": \"paper\"}", folders).exits(1).err())
          .contains("paper");
      assertThat(root).doesNotExist();
    }
  }

  private Outcome validate(DaemonUnderTest d, String json, String... options) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(DaemonUnderTest.root().resolve("bin/priokd").toString());
    command.addAll(List.of("--validate", "--config-file", file(json).toString()));
    command.addAll(List.of(options));
    return d.shell().run(new byte[0], command);
  }
}
