package dev.priok.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PriokTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int priok(String... arguments) {
    return new Priok(
            Map.of("PRIOK_HOST", "unix:///nowhere/s"), InputStream.nullInputStream(), out, err)
        .run(List.of(arguments));
  }

  @Test
  void complaintsHaveTheShapeOfDocker() {
    assertThat(priok("run")).isEqualTo(1);
    assertThat(error())
        .isEqualTo(
            """
            priok: 'priok run' requires at least 1 argument

            Usage:  priok run [OPTIONS] IMAGE [COMMAND] [ARG...]

            See 'priok run --help' for more information
            """);
    assertThat(priok("ps", "--foo")).isEqualTo(125);
    assertThat(error())
        .isEqualTo(
            """
            unknown flag: --foo

            Usage:  priok ps [OPTIONS]

            Run 'priok ps --help' for more information
            """);
    assertThat(priok("foo")).isEqualTo(1);
    assertThat(error()).startsWith("priok: unknown command: priok foo\n");
    assertThat(priok("ps", "x")).isEqualTo(1);
    assertThat(error()).startsWith("priok: 'priok ps' accepts no arguments\n");
  }

  @Test
  void theOrderOfHostsAndContextsIsDockers(@TempDir Path folder) throws IOException {
    // printf far | sha256sum
    Path meta =
        folder.resolve(
            "contexts/meta/512eea46ceb3921dff4363c7069d89d4964d1d9fccaa0f411851a7aa60a5c868");
    Files.createDirectories(meta);
    Files.writeString(
        meta.resolve("meta.json"), "{\"Endpoints\":{\"docker\":{\"Host\":\"unix:///far/s\"}}}");
    Files.writeString(folder.resolve("config.json"), "{\"currentContext\":\"far\"}");
    Map<String, String> chosen = Map.of("DOCKER_CONFIG", folder.toString());
    assertThat(reached(chosen, "ps")).contains("at unix:///far/s.");
    assertThat(reached(chosen, "-H", "unix:///near/s", "ps")).contains("at unix:///near/s.");
    assertThat(reached(chosen, "-c", "gone", "ps"))
        .startsWith("unable to resolve docker endpoint: context \"gone\": context not found");
    assertThat(reached(chosen, "-c", "far", "-H", "unix:///near/s", "ps"))
        .isEqualTo("conflicting options: cannot specify both --host and --context\n");
    Map<String, String> both = new HashMap<>(chosen);
    both.put("DOCKER_CONTEXT", "gone");
    assertThat(reached(both, "ps")).contains("context \"gone\": context not found");
    both.put("DOCKER_HOST", "unix:///near/s");
    assertThat(reached(both, "ps")).contains("at unix:///near/s.");
    assertThat(reached(both, "--context=far", "ps")).contains("at unix:///far/s.");
    assertThat(reached(both, "--context", "default", "ps")).contains("at unix:///near/s.");
  }

  @Test
  void aHostBesideDockerTlsVerifyIsNotReachedInPlainText(@TempDir Path folder) {
    Map<String, String> asked =
        Map.of("DOCKER_TLS_VERIFY", "1", "DOCKER_CERT_PATH", folder.toString());
    assertThat(reached(asked, "-H", "tcp://127.0.0.1:1", "ps"))
        .contains("cannot read " + folder + "/ca.pem: no such file");
    assertThat(reached(asked, "-H", "tcp://127.0.0.1:1", "--tlscacert", folder + "/x.pem", "ps"))
        .contains("cannot read " + folder + "/x.pem: no such file");
  }

  private static String reached(Map<String, String> environment, String... arguments) {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    int code =
        new Priok(environment, InputStream.nullInputStream(), OutputStream.nullOutputStream(), said)
            .run(List.of(arguments));
    assertThat(code).isEqualTo(1);
    return said.toString(StandardCharsets.UTF_8);
  }

  @Test
  void nobodyThereIsSaidClearly() {
    assertThat(priok("ps")).isEqualTo(1);
    assertThat(error())
        .isEqualTo("Cannot connect to the priok daemon at unix:///nowhere/s. Is priokd running?\n");
    assertThat(priok("run", "-it=false", "--rm=true", "-e", "A=1", "busybox", "ls", "-l"))
        .isEqualTo(125);
    assertThat(error())
        .startsWith("priok: Cannot connect to the priok daemon")
        .endsWith("Run 'priok run --help' for more information\n");
  }

  @Test
  void everyCommandHasHelp() {
    for (String command :
        List.of(
            "attach", "cp", "create", "diff", "events", "exec", "export", "history", "images",
            "import", "info", "inspect", "kill", "load", "logs", "pause", "port", "ps", "pull",
            "rename", "restart", "rm", "rmi", "run", "save", "start", "stop", "tag", "top",
            "unpause", "version", "wait")) {
      out.reset();
      assertThat(priok(command, "--help")).as(command).isZero();
      assertThat(out.toString(StandardCharsets.UTF_8)).startsWith("Usage:  priok " + command);
    }
    for (String noun : List.of("volume", "network", "container", "image")) {
      for (String verb : List.of("ls", "inspect", "prune", "rm")) {
        assertThat(priok(noun, verb, "--help")).as(noun + " " + verb).isZero();
      }
    }
    assertThat(priok("volume", "create", "--help")).isZero();
    assertThat(priok("network", "create", "--help")).isZero();
    assertThat(priok("network", "connect", "--help")).isZero();
  }

  @Test
  void globalOptionsAreRefusedWhenTheyCannotBeKept() {
    assertThat(priok("--tlscacert", "x", "ps")).isEqualTo(1);
    assertThat(error()).contains("need --tlsverify or --tls");
    assertThat(priok("--tlsverify=perhaps", "ps")).isEqualTo(125);
    assertThat(priok("-c", "other", "--tls", "ps")).isEqualTo(1);
    assertThat(priok("-c", "other", "ps")).isEqualTo(1);
    assertThat(priok("-H", "ssh://x:secret@y", "ps")).isEqualTo(1);
    assertThat(priok("--nope", "ps")).isEqualTo(125);
  }

  private String error() {
    String text = err.toString(StandardCharsets.UTF_8);
    err.reset();
    return text;
  }
}
