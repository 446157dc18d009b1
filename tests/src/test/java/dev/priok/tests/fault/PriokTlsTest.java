package dev.priok.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.tests.support.DaemonUnderTest;
import dev.priok.tests.support.Outcome;
import dev.priok.tests.support.Shell;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** priok certs, and priok itself over TLS and ssh. */
@Tag("blackbox")
@DisabledIfSystemProperty(
    named = "priok.peer",
    matches = ".+",
    disabledReason = "about priokd itself")
final class PriokTlsTest {
  private static final String HOST = "tcp://127.0.0.1:12386";
  private static final byte[] LINES = "a\nb\n".getBytes(StandardCharsets.UTF_8);
  private static final String COUNTING = "wc -l; sleep 1; echo after";
  private static Path folder;
  private static DaemonUnderTest daemon;
  private static Outcome certs;

  @BeforeAll
  static void start() throws IOException {
    folder = Files.createTempDirectory(Path.of("/tmp"), "priok-certs");
    certs = priok("certs", "--dir", "" + folder.resolve("c"), "--host", "box.example").ok();
    daemon =
        DaemonUnderTest.withImage(
            "-b",
            "none",
            "-H",
            HOST,
            "--tlsverify",
            "--tlscacert=" + folder.resolve("c/ca.pem"),
            "--tlscert=" + folder.resolve("c/server-cert.pem"),
            "--tlskey=" + folder.resolve("c/server-key.pem"));
  }

  @AfterAll
  static void stop() {
    daemon.close();
    shell().run("rm", "-rf", folder.toString()).ok();
  }

  private static Shell shell() {
    return new Shell(
        Map.of("HOME", folder.toString(), "DOCKER_CONFIG", folder + "/config"),
        Duration.ofMinutes(2));
  }

  private static Outcome run(Shell shell, byte[] input, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(DaemonUnderTest.root().resolve("bin/priok").toString());
    command.addAll(Arrays.asList(arguments));
    return shell.run(input, command);
  }

  private static Outcome priok(String... arguments) {
    return run(shell(), new byte[0], arguments);
  }

  /** With the variables that priok certs prints, but for the name of the host. */
  private static Shell secured() {
    return shell()
        .with("DOCKER_HOST", HOST)
        .with("DOCKER_TLS_VERIFY", "1")
        .with("DOCKER_CERT_PATH", folder.resolve("c").toString());
  }

  @Test
  void oneCommandMakesAllFilesWithTheirModes() throws IOException {
    Path c = folder.resolve("c");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(c)))
        .isEqualTo("rwx------");
    for (String key : new String[] {"ca-key.pem", "server-key.pem", "key.pem"}) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(c.resolve(key))))
          .isEqualTo("r--------");
    }
    assertThat(certs.lines())
        .contains(
            "export DOCKER_HOST=tcp://box.example:2376",
            "export DOCKER_TLS_VERIFY=1",
            "export DOCKER_CERT_PATH=" + c)
        .anyMatch(l -> l.startsWith("#   priokd --tlsverify --tlscacert=" + c + "/ca.pem"));
    for (String[] one :
        new String[][] {{"sslserver", "server-cert.pem"}, {"sslclient", "cert.pem"}}) {
      shell()
          .run(
              "openssl",
              "verify",
              "-x509_strict",
              "-CAfile",
              c + "/ca.pem",
              "-purpose",
              one[0],
              c + "/" + one[1])
          .ok();
    }
    String names = "openssl x509 -in %s/server-cert.pem -noout -ext subjectAltName".formatted(c);
    assertThat(shell().run("sh", "-c", names).ok().text())
        .contains("DNS:box.example", "DNS:localhost", "IP Address:127.0.0.1", "192.0.2.10");
  }

  @Test
  void nothingIsOverwrittenUnasked() throws IOException {
    String c = folder.resolve("twice").toString();
    priok("certs", "--dir", c).ok();
    byte[] key = Files.readAllBytes(Path.of(c, "ca-key.pem"));
    assertThat(priok("certs", "--dir", c).exits(1).err()).contains("ca.pem exists already");
    priok("certs", "client", "--dir", c, "alice").ok();
    assertThat(priok("certs", "client", "--dir", c, "alice").exits(1).err())
        .contains("clients/alice/ca.pem exists already");
    priok("certs", "client", "--dir", c, "../alice").exits(125);
    assertThat(Files.readAllBytes(Path.of(c, "ca-key.pem"))).isEqualTo(key);
    assertThat(priok("certs", "show", "--dir", c).ok().text())
        .contains("server-cert.pem", "clients/alice/cert.pem", "days)");
    shell().run("chmod", "0644", c + "/key.pem").ok();
    assertThat(priok("certs", "show", "--dir", c).exits(1).err())
        .contains("key.pem: others can read it");
    priok("certs", "--dir", c, "--force").ok();
    assertThat(Files.readAllBytes(Path.of(c, "ca-key.pem"))).isNotEqualTo(key);
    assertThat(priok("certs", "show", "--dir", c).exits(1).err())
        .contains("clients/alice/cert.pem: not signed by");
  }

  @Test
  void rotatedCertificatesReachTheRunningDaemon() {
    String c = folder.resolve("c").toString();
    String shown =
        "openssl s_client -connect 127.0.0.1:12386 </dev/null 2>/dev/null | openssl x509 -noout -serial -ext subjectAltName";
    String before = shell().run("sh", "-c", shown).ok().text();
    priok("certs", "rotate", "--dir", c, "--host", "new.example").ok();
    String after = shell().run("sh", "-c", shown).ok().text();
    assertThat(after).isNotEqualTo(before).contains("DNS:box.example", "DNS:new.example");
    run(secured(), new byte[0], "ps").ok();
  }

  @Test
  void priokSpeaksTls() {
    assertThat(run(secured(), new byte[0], "version", "-f", "{{.Server.Os}}").ok().text())
        .isEqualTo("linux");
    assertThat(
            run(
                    secured(), LINES, "run", "--rm", "-i", "--net", "none", "busybox", "sh", "-c",
                    COUNTING)
                .ok()
                .lines())
        .containsExactly("2", "after");
    assertThat(
            run(
                    secured().with("DOCKER_API_VERSION", "1.40"),
                    new byte[0],
                    "version",
                    "-f",
                    "{{.Client.ApiVersion}}")
                .ok()
                .text())
        .isEqualTo("1.40");
    String ca = folder.resolve("c/ca.pem").toString();
    assertThat(priok("-H", HOST, "--tlsverify", "--tlscacert", ca, "ps").exits(1).err())
        .contains("wants a certificate of this client");
    assertThat(priok("-H", HOST, "--tls", "ps").exits(1).err())
        .contains("wants a certificate of this client");
    assertThat(priok("-H", HOST, "ps").exits(1).err()).contains("HTTP request to an HTTPS server");
    assertThat(priok("-H", HOST, "--tlsverify", "ps").exits(1).err())
        .contains("cannot read " + folder + "/config/ca.pem: no such file");
    String other = folder.resolve("other").toString();
    priok("certs", "--dir", other).ok();
    assertThat(run(secured().with("DOCKER_CERT_PATH", other), new byte[0], "ps").exits(1).err())
        .contains("signed by unknown authority");
    assertThat(
            priok(
                    "-H",
                    HOST,
                    "--tlsverify",
                    "--tlscacert",
                    ca,
                    "--tlscert",
                    other + "/cert.pem",
                    "--tlskey",
                    other + "/key.pem",
                    "ps")
                .exits(1)
                .err())
        .contains("refused the certificate");
  }

  @Test
  void contextsOfDockerBringTheirCertificates() {
    String c = folder.resolve("c").toString();
    shell()
        .run(
            "docker",
            "context",
            "create",
            "far",
            "--docker",
            "host=%s,ca=%s/ca.pem,cert=%s/cert.pem,key=%s/key.pem".formatted(HOST, c, c, c))
        .ok();
    assertThat(priok("-c", "far", "info", "-f", "{{.OSType}}").ok().text()).isEqualTo("linux");
    assertThat(shell().run("docker", "-c", "far", "info", "-f", "{{.OSType}}").ok().text())
        .isEqualTo("linux");
  }

  /** A program named ssh that runs what it is asked to with the daemon's unix socket. */
  private static Shell withSsh(String body) throws IOException {
    Path bin = Files.createTempDirectory(folder, "bin");
    Path ssh = bin.resolve("ssh");
    Files.writeString(ssh, "#!/bin/sh\n" + body);
    Files.setPosixFilePermissions(ssh, PosixFilePermissions.fromString("rwxr-xr-x"));
    return shell()
        .with("PATH", bin + ":" + System.getenv("PATH"))
        .with("DOCKER_HOST", "ssh://me@far:2222");
  }

  @Test
  void sshRunsDialStdioOnTheOtherMachine() throws IOException {
    Path words = folder.resolve("words");
    String priok = DaemonUnderTest.root().resolve("bin/priok").toString();
    Shell shell =
        withSsh(
            """
            echo "$*" >%s
            while [ "$1" != docker ]; do shift; done
            shift
            DOCKER_HOST=%s exec %s "$@"
            """
                .formatted(words, daemon.host(), priok));
    assertThat(run(shell, new byte[0], "version", "-f", "{{.Server.Os}}").ok().text())
        .isEqualTo("linux");
    assertThat(Files.readString(words))
        .contains("-l me", "-p 2222", "-- far docker system dial-stdio");
    String[] piped =
        new String[] {"run", "--rm", "-i", "--net", "none", "busybox", "sh", "-c", COUNTING};
    assertThat(run(shell, LINES, piped).ok().lines()).containsExactly("2", "after");
    // The real docker command, through priok on the other machine.
    List<String> docker = new ArrayList<>(List.of("docker"));
    docker.addAll(Arrays.asList(piped));
    assertThat(shell.run(LINES, docker).ok().lines()).containsExactly("2", "after");
  }

  @Test
  void sshThatFailsSaysWhy() throws IOException {
    Shell shell = withSsh("echo 'Permission denied (publickey).' >&2; exit 255\n");
    assertThat(run(shell, new byte[0], "ps").exits(1).err())
        .contains("exit code 255", "Permission denied (publickey).");
  }
}
