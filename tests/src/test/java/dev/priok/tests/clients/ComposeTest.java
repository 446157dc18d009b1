package dev.priok.tests.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.priok.tests.support.DaemonUnderTest;
import dev.priok.tests.support.HostState;
import dev.priok.tests.support.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Compose, as the plugin of the docker command that bin/packages has fetched. */
@Tag("blackbox")
final class ComposeTest {
  private static final String PROJECT =
      """
      name: priokshop
      services:
        db:
          image: busybox
          command: sh -c 'echo opening; sleep 2; touch /data/ready; echo open; exec sleep 1000'
          healthcheck:
            test: ["CMD", "test", "-e", "/data/ready"]
            interval: 1s
            timeout: 5s
            retries: 30
          volumes: ["data:/data"]
          stop_grace_period: 0s
        prepare:
          image: busybox
          profiles: [late]
          command: sh -c 'echo prepared > /data/prepared'
          volumes: ["data:/data"]
        web:
          image: busybox
          command: httpd -f -h /var/www
          depends_on:
            db: {condition: service_healthy}
          healthcheck:
            test: wget -q -O - http://127.0.0.1/
            interval: 1s
            timeout: 5s
            retries: 30
          environment: {COLOR: "${COLOR:-green}"}
          ports: ["127.0.0.1:18100:80"]
          networks: {default: {aliases: [shop]}}
          stop_grace_period: 0s
        last:
          image: busybox
          profiles: [late]
          command: cat /data/prepared
          depends_on:
            prepare: {condition: service_completed_successfully}
          volumes: ["data:/data"]
      volumes:
        data:
      """;

  private HostState before;
  private DaemonUnderTest d;
  private Path file;

  @BeforeEach
  void start() throws IOException {
    before = HostState.now();
    d = DaemonUnderTest.withImage();
    d.shell()
        .run(
            "sh",
            "-c",
            "mkdir -p \"$DOCKER_CONFIG/cli-plugins\" && p=$(command -v docker-compose) && ln -s"
                + " \"$p\" \"$DOCKER_CONFIG/cli-plugins/\"");
    file = d.scratch().resolve("compose.yaml");
    Files.writeString(file, PROJECT);
  }

  @AfterEach
  void stop() {
    if (DaemonUnderTest.isPeer()) {
      compose("--profile", "late", "down", "-v");
    }
    d.closeAndExpect(before);
  }

  private Outcome compose(String... arguments) {
    List<String> command = new ArrayList<>(List.of("compose", "-f", file.toString()));
    command.addAll(Arrays.asList(arguments));
    return d.docker(command.toArray(String[]::new));
  }

  /** Services and their states. */
  private Map<String, String> states() throws IOException {
    Map<String, String> states = new TreeMap<>();
    for (String line : compose("ps", "-a", "--format", "json").ok().text().lines().toList()) {
      JsonNode each = JsonMapper.builder().build().readTree(line);
      states.put(
          each.path("Service").asText(),
          (each.path("State").asText() + " " + each.path("Health").asText()).strip());
    }
    return states;
  }

  private Instant started(String service) {
    return Instant.parse(d.inspect("priokshop-" + service + "-1", "{{.State.StartedAt}}"));
  }

  private boolean hasNoCompose() {
    Outcome version = d.docker("compose", "version", "--short");
    return version.exit() != 0 || !version.text().matches("v?2\\..*");
  }

  @Test
  void aProjectFromUpToDown() throws IOException {
    assumeTrue(!hasNoCompose(), "Compose is not to be had here");
    compose("up", "-d", "--wait").ok();
    assertThat(states()).isEqualTo(Map.of("db", "running healthy", "web", "running healthy"));
    // Two seconds until it is open, and a check a second.
    assertThat(started("web")).isAfter(started("db").plusMillis(1900));
    assertThat(d.shell().run("curl", "-s", "http://127.0.0.1:18100/").ok().text())
        .contains("Hello");
    assertThat(compose("logs", "--no-color", "db").ok().text())
        .contains("db-1  | opening", "db-1  | open");
    assertThat(compose("exec", "-T", "db", "wget", "-q", "-O", "-", "http://shop/").ok().text())
        .contains("Hello");
    assertThat(
            compose("exec", "-T", "-e", "A=b", "web", "sh", "-c", "echo $COLOR $A; exit 3")
                .exits(3)
                .text())
        .contains("green b");
    assertThat(compose("top", "web").ok().text()).contains("httpd -f");
    assertThat(compose("port", "web", "80").ok().text()).isEqualTo("127.0.0.1:18100");

    // Nothing changed: nothing is made anew. One service changed: that one alone.
    String db = d.inspect("priokshop-db-1", "{{.Id}}");
    String web = d.inspect("priokshop-web-1", "{{.Id}}");
    compose("up", "-d", "--wait").ok();
    assertThat(d.inspect("priokshop-web-1", "{{.Id}}")).isEqualTo(web);
    Files.writeString(file, PROJECT.replace("-green", "-blue"));
    compose("up", "-d", "--wait").ok();
    assertThat(d.inspect("priokshop-web-1", "{{.Id}}")).isNotEqualTo(web);
    assertThat(d.inspect("priokshop-db-1", "{{.Id}}")).isEqualTo(db);
    assertThat(compose("exec", "-T", "web", "sh", "-c", "echo $COLOR").ok().text())
        .isEqualTo("blue");

    compose("--profile", "late", "up", "last").ok();
    assertThat(compose("logs", "--no-color", "last").ok().text()).contains("prepared");
    assertThat(compose("run", "--rm", "-T", "db", "cat", "/data/prepared").ok().text())
        .isEqualTo("prepared");

    compose("pause", "db").ok();
    assertThat(states().get("db")).startsWith("paused");
    compose("unpause", "db").ok();
    compose("restart", "-t", "0", "web").ok();
    compose("stop", "-t", "0").ok();
    assertThat(states().get("web")).isEqualTo("exited");
    compose("start").ok();
    assertThat(states()).containsKey("web").doesNotContainEntry("web", "exited");

    compose("--profile", "late", "down", "-v", "-t", "0").ok();
    String project = "label=com.docker.compose.project=priokshop";
    assertThat(d.docker("ps", "-aq", "--filter", project).ok().text()).isEmpty();
    assertThat(d.docker("network", "ls", "-q", "--filter", project).ok().text()).isEmpty();
    assertThat(d.docker("volume", "ls", "-q", "--filter", project).ok().text()).isEmpty();
  }

  @Test
  void whoWaitsForTheSickIsTold() throws IOException {
    assumeTrue(!hasNoCompose(), "Compose is not to be had here");
    Files.writeString(
        file,
        PROJECT
            .replace("test -e /data/ready", "false")
            .replace("/data/ready\"]", "/no\"]")
            .replace("retries: 30", "retries: 2"));
    assertThat(compose("up", "-d", "--wait").exits(1).err())
        .contains("dependency failed to start: container priokshop-db-1 is unhealthy");
    assertThat(states()).isEqualTo(Map.of("db", "running unhealthy", "web", "created"));
    compose("down", "-v", "-t", "0").ok();
  }
}
