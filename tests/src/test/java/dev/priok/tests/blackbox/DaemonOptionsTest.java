package dev.priok.tests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.tests.support.DaemonUnderTest;
import dev.priok.tests.support.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** priokd's own command line. */
@BlackBox
@DisabledIfSystemProperty(
    named = "priok.peer",
    matches = ".+",
    disabledReason = "about priokd itself")
final class DaemonOptionsTest {
  private static Outcome priokd(DaemonUnderTest d, String... arguments) {
    List<String> command = new java.util.ArrayList<>();
    command.add(DaemonUnderTest.root().resolve("bin/priokd").toString());
    command.addAll(List.of(arguments));
    return d.shell().run(new byte[0], command);
  }

  @Test
  void versionAndHelp(DaemonUnderTest d) {
    assertThat(priokd(d, "--version").ok().out())
        .containsIgnoringCase("priok")
        .containsPattern("\\d+\\.\\d+\\.\\d+");
    assertThat(priokd(d, "--help").ok().out())
        .contains("--host", "--data-root", "--exec-root", "--pidfile", "--debug", "--log-level")
        .contains("--config-file", "--bip", "--bridge", "--storage-driver", "--storage-opt")
        .contains("--default-runtime", "--add-runtime", "--insecure-registry", "--registry-mirror")
        .contains("--iptables", "--ip-forward", "--userland-proxy", "--label", "--live-restore");
  }

  @Test
  void anUnknownOptionEndsTheStartWithTheNearestMatch(DaemonUnderTest d) {
    Outcome outcome = priokd(d, "--data-rot", "/tmp/x").exits(1);
    assertThat(outcome.err()).contains("unknown flag: --data-rot").contains("--data-root");
  }

  @Test
  void twoDaemonsOnOneDataRoot(DaemonUnderTest d) {
    Path folder = d.scratch();
    Outcome second =
        priokd(
            d,
            "-H",
            "unix://" + folder.resolve("s"),
            "--data-root",
            d.dataRoot().toString(),
            "--exec-root",
            folder.resolve("e").toString(),
            "--pidfile",
            folder.resolve("p").toString());
    assertThat(second.exit()).isEqualTo(1);
    assertThat(second.all()).contains(String.valueOf(d.pid()));
    assertThat(d.docker("version").ok().out()).contains("Server");
  }

  @Test
  void plainTcpBeyondLoopbackIsRefused(DaemonUnderTest d) {
    Path folder = d.scratch();
    Outcome open =
        priokd(
            d,
            "-H",
            "tcp://0.0.0.0:23750",
            "--data-root",
            folder.resolve("d").toString(),
            "--exec-root",
            folder.resolve("e").toString(),
            "--pidfile",
            folder.resolve("p").toString());
    assertThat(open.exit()).isEqualTo(1);
    assertThat(open.all()).containsIgnoringCase("tls");
  }

  @Test
  void theSocketIsNotForEveryone(DaemonUnderTest d) throws IOException {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(d.socket())))
        .isEqualTo("rw-rw----");
  }
}
