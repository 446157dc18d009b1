package dev.priok.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

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
    assertThat(priok("--tlsverify", "ps")).isEqualTo(125);
    assertThat(priok("-c", "other", "ps")).isEqualTo(1);
    assertThat(priok("-H", "ssh://x", "ps")).isEqualTo(1);
    assertThat(priok("--nope", "ps")).isEqualTo(125);
  }

  private String error() {
    String text = err.toString(StandardCharsets.UTF_8);
    err.reset();
    return text;
  }
}
