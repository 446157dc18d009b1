package dev.priok.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.tests.support.DaemonUnderTest;
import dev.priok.tests.support.Eventually;
import dev.priok.tests.support.Outcome;
import dev.priok.tests.support.Shell;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where the daemon listens, what it refuses to do without protection, and wrong certificates. */
@Tag("blackbox")
@DisabledIfSystemProperty(
    named = "priok.peer",
    matches = ".+",
    disabledReason = "about priokd itself")
final class HostsTest {
  /** Neither loopback nor a bridge (tests/isolated/run). */
  private static final String OUTSIDE = "192.0.2.10";

  @TempDir private Path folder;
  private Shell shell;

  @BeforeEach
  void make() {
    shell =
        new Shell(
            Map.of("HOME", folder.toString(), "DOCKER_CONFIG", "", "F", folder.toString()),
            Duration.ofSeconds(60));
  }

  private List<String> command(String... options) {
    List<String> command = new ArrayList<>();
    command.add(DaemonUnderTest.root().resolve("bin/priokd").toString());
    command.addAll(List.of("-b", "none", "--data-root", folder.resolve("data").toString()));
    command.addAll(List.of("--exec-root", folder.resolve("exec").toString()));
    command.addAll(List.of("--pidfile", folder.resolve("pid").toString()));
    command.addAll(Arrays.asList(options));
    return command;
  }

  private String refused(String... options) {
    Outcome start = shell.run(new byte[0], command(options)).exits(1);
    assertThat(folder.resolve("data/priok.db")).doesNotExist();
    return start.err();
  }

  /** A daemon without a unix socket, until the body has run. */
  private void running(String probe, IoAction body, String... options) throws IOException {
    List<String> line = new ArrayList<>(List.of("sh", "-c", "exec \"$@\" >$F/log 2>&1", "sh"));
    line.addAll(command(options));
    Process daemon = shell.start(line);
    try {
      Eventually.holds(
          "the daemon answers",
          Duration.ofSeconds(60),
          () -> daemon.isAlive() && shell.run("sh", "-c", probe).exit() == 0);
      body.run();
    } finally {
      daemon.destroy();
      try {
        if (!daemon.waitFor(30, TimeUnit.SECONDS)) {
          daemon.destroyForcibly();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @FunctionalInterface
  private interface IoAction {
    void run() throws IOException;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"tcp://" + OUTSIDE + ":2375", "0.0.0.0:2375", "tcp://0.0.0.0", "tcp://[::]:2375"})
  void plainTcpBeyondLoopbackNeedsWords(String host) {
    assertThat(refused("-H", host))
        .contains("refusing to listen on ", " without TLS", "--tlsverify", "--tls=false");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--tls=false", "--tlsverify=false"})
  void wordsOpenItAndEverybodyIsWarned(String words) throws IOException {
    String url = "http://" + OUTSIDE + ":2375";
    String warning = "API is accessible on " + url + " without encryption.";
    running(
        "curl -sf " + url + "/_ping",
        () -> {
          Shell client = shell.with("DOCKER_HOST", "tcp://" + OUTSIDE + ":2375");
          assertThat(client.run("docker", "info").ok().err()).contains("WARNING: " + warning);
          assertThat(client.run("docker", "version").ok().out()).contains(warning);
          assertThat(Files.readString(folder.resolve("log"))).contains("WARN", warning);
          assertThat(Path.of("/var/run/docker.sock")).as("only TCP was asked for").doesNotExist();
        },
        "-H",
        "tcp://" + OUTSIDE,
        words);
  }

  @Test
  void theFormsOfDockersHostOption() throws IOException {
    running(
        "curl -sf http://127.0.0.1:2375/_ping",
        () -> {
          String version = "curl -sf http://127.0.0.1:2375/version";
          String shown = "{{.Server.Version}}";
          String docker =
              shell.run("docker", "-H", "tcp://127.0.0.1:2375", "version", "-f", shown).ok().text();
          assertThat(shell.run("sh", "-c", version).ok().text())
              .contains("\"Version\":\"" + docker + "\"");
          assertThat(
                  shell
                      .run("curl", "-sf", "--unix-socket", folder + "/u.sock", "http://x/version")
                      .ok()
                      .text())
              .contains("\"Version\":\"" + docker + "\"");
          assertThat(shell.run("curl", "-sf", "http://[::1]:12381/_ping").ok().text())
              .isEqualTo("OK");
          assertThat(shell.run("curl", "-sf", "http://127.0.0.1:12382/_ping").ok().text())
              .isEqualTo("OK");
        },
        "-H",
        "tcp://",
        "-H",
        "unix://" + folder + "/u.sock",
        "-H",
        "tcp://[::1]:12381",
        "-H",
        ":12382");
  }

  @Test
  void aPortInUseIsNamed() throws IOException {
    try (ServerSocket other = new ServerSocket(12383, 1, InetAddress.getLoopbackAddress())) {
      Outcome start =
          shell.run(new byte[0], command("-H", "tcp://127.0.0.1:" + other.getLocalPort())).exits(1);
      assertThat(start.err()).contains("127.0.0.1:12383", "in use");
    }
  }

  /** As a service manager starts it: with a listening socket as descriptor 3. */
  private String[] activated(String address, String... options) {
    String program =
        """
        import os, socket, sys
        unix = sys.argv[1].startswith('/')
        s = socket.socket(socket.AF_UNIX if unix else socket.AF_INET)
        s.bind(sys.argv[1] if unix else (sys.argv[1], 12384)); s.listen()
        os.dup2(s.fileno(), 3); os.set_inheritable(3, True)
        os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS='1')
        os.execv(sys.argv[2], sys.argv[2:])
        """;
    List<String> all = new ArrayList<>(List.of("python3", "-c", program, address));
    all.addAll(command(options));
    all.addAll(List.of("-H", "fd://"));
    return all.toArray(String[]::new);
  }

  @Test
  void inheritedSocketsFollowTheSameRules() throws IOException {
    assertThat(shell.run(activated(OUTSIDE)).exits(1).err())
        .contains("refusing to listen on ", OUTSIDE, " without TLS");
    certificates();
    Process daemon = shell.start(List.of(activated(OUTSIDE, "--tlsverify")));
    try {
      String curl =
          "cd $F/.docker; curl -sf --cacert ca.pem --cert cert.pem --key key.pem https://192.0.2.10:12384/_ping";
      Eventually.holds(
          "it answers over TLS",
          Duration.ofSeconds(60),
          () -> daemon.isAlive() && shell.run("sh", "-c", curl).exit() == 0);
    } finally {
      daemon.destroy();
      daemon.onExit().orTimeout(30, TimeUnit.SECONDS).join();
    }
  }

  /** As the socket unit of the package has it. */
  @Test
  void anInheritedUnixSocketIsServedAndStays() throws IOException {
    Path socket = folder.resolve("a.sock");
    String curl = "curl -s --max-time 5 --unix-socket $F/a.sock http://d/_ping";
    Process daemon = shell.start(List.of(activated(socket.toString())));
    try {
      Eventually.holds(
          "it answers on the socket",
          Duration.ofSeconds(60),
          () -> daemon.isAlive() && shell.run("sh", "-c", curl).text().equals("OK"));
    } finally {
      daemon.destroy();
      daemon.onExit().orTimeout(30, TimeUnit.SECONDS).join();
    }
    // It is the service manager's, who starts the next daemon with it.
    assertThat(socket).exists();
  }

  private void certificates() {
    shell
        .run(
            DaemonUnderTest.root().resolve("bin/priok").toString(),
            "certs",
            "--dir",
            folder + "/.docker")
        .ok();
  }

  @Test
  void tlsHasItsPortAndItsFilesByItself() throws IOException {
    certificates();
    String curl =
        "cd $F/.docker; curl -sf --cacert ca.pem --cert cert.pem --key key.pem https://localhost:2376/";
    running(
        curl + "_ping",
        () -> {
          assertThat(shell.run("sh", "-c", curl + "info").ok().text())
              .doesNotContain("API is accessible");
          assertThat(
                  shell.run("docker", "--tlsverify", "version", "-f", "{{.Server.Os}}").ok().text())
              .isEqualTo("linux");
        },
        "--tls");
  }

  @Test
  void tlsForEverybodyIsWarnedOf() throws IOException {
    certificates();
    shell.run("chmod", "0644", folder + "/.docker/server-key.pem").ok();
    running(
        "curl -sf --cacert $F/.docker/ca.pem https://127.0.0.1:2376/_ping",
        () -> {
          assertThat(Files.readString(folder.resolve("log")))
              .contains(
                  "API is accessible on https://127.0.0.1:2376 without TLS client verification.",
                  "server-key.pem can be read by every user of this machine");
        },
        "-H",
        "tcp://127.0.0.1",
        "--tlsverify=false");
  }

  @Test
  void certificatesThatCannotBeUsedAreNamed() throws IOException {
    assertThat(refused("--tlsverify"))
        .contains("invalid TLS configuration: cannot read " + folder + "/.docker/cert.pem")
        .contains("no such file");
    certificates();
    String key = folder + "/.docker/key.pem";
    assertThat(refused("--tlsverify", "--tlskey", key))
        .contains(
            "the certificate " + folder + "/.docker/server-cert.pem and the key " + key,
            "do not match");
    assertThat(refused("--tlsverify", "--tlskey", folder.toString())).contains("is a directory");
    Path broken = Files.writeString(folder.resolve("broken.pem"), "-----BEGIN NOTHING-----");
    assertThat(refused("--tlsverify", "--tlskey", broken.toString()))
        .contains(broken + ": no private key in PEM form");
    assertThat(refused("--tlsverify", "--tlscacert", broken.toString()))
        .contains(broken + " has no certificate in PEM form");
    String encrypted = folder + "/encrypted.pem";
    shell
        .run("openssl", "genrsa", "-aes128", "-passout", "pass:secret", "-out", encrypted, "2048")
        .ok();
    assertThat(refused("--tlsverify", "--tlskey", encrypted))
        .contains("the private key is encrypted");
    Outcome validated = shell.run(new byte[0], command("--validate", "--tls", "--tlskey", key));
    assertThat(validated.exits(1).err()).contains("do not match");
    Path file = folder.resolve("daemon.json");
    Files.writeString(file, "{\"tlsverify\": true, \"tlskey\": \"" + key + "\"}");
    assertThat(refused("--config-file", file.toString())).contains("do not match");
  }

  @Test
  void keysOfEveryFormAreRead() {
    String make =
        """
        cd $F
        openssl req -new -x509 -nodes -newkey rsa:2048 -keyout pkcs8.key -subj /CN=x -out pkcs8.crt
        openssl rsa -traditional -in pkcs8.key -out pkcs1.key; cp pkcs8.crt pkcs1.crt
        openssl ecparam -name secp384r1 -genkey -out sec1.key
        openssl req -new -x509 -key sec1.key -subj /CN=x -out sec1.crt
        openssl genpkey -algorithm ed25519 -out ed.key
        openssl req -new -x509 -key ed.key -subj /CN=x -out ed.crt
        """;
    shell.run("sh", "-c", make).ok();
    for (String form : new String[] {"pkcs8", "pkcs1", "sec1", "ed"}) {
      String files = " --tlscert=$F/" + form + ".crt --tlskey=$F/" + form + ".key";
      String line = String.join(" ", command("--validate", "--tls", "--tlsverify=false")) + files;
      assertThat(shell.run("sh", "-c", line).ok().err()).as(form).contains("configuration OK");
    }
  }
}
