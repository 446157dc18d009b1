package dev.priok.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.priok.tests.support.DaemonUnderTest;
import dev.priok.tests.support.Eventually;
import dev.priok.tests.support.Outcome;
import dev.priok.tests.support.Shell;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The daemon over TLS, with the certificates of Docker's guide and the real clients. */
@Tag("blackbox")
@DisabledIfSystemProperty(
    named = "priok.peer",
    matches = ".+",
    disabledReason = "about priokd itself")
final class TlsTest {
  private static final String PORT = "12376";
  private static final String HOST = "tcp://127.0.0.1:" + PORT;
  private static final String URL = "https://127.0.0.1:" + PORT;
  private static Ceremony made;
  private static DaemonUnderTest daemon;

  @BeforeAll
  static void start() {
    made = Ceremony.hold();
    daemon = made.daemon(HOST, "-b", "none");
  }

  @AfterAll
  static void stop() {
    daemon.removeEverything();
    daemon.close();
    made.remove();
  }

  private static Outcome docker(byte[] input, String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "docker",
                "-H",
                HOST,
                "--tlsverify",
                "--tlscacert=" + made.file("ca.pem"),
                "--tlscert=" + made.file("cert.pem"),
                "--tlskey=" + made.file("key.pem")));
    command.addAll(Arrays.asList(arguments));
    return made.shell().run(input, command);
  }

  private static Outcome docker(String... arguments) {
    return docker(new byte[0], arguments);
  }

  /** A shell script that finds the certificates in {@code $C}. */
  private static Outcome sh(String script) {
    return made.shell().run("sh", "-c", script);
  }

  @Test
  void aClientWithItsCertificateIsServed() {
    assertThat(docker("version", "--format", "{{.Server.Platform.Name}}").ok().text())
        .isEqualTo("Priok");
    assertThat(docker("info", "--format", "{{.Warnings}}").ok().text())
        .doesNotContain("API is accessible");
    assertThat(docker("run", "--rm", "--net", "none", "busybox", "echo", "hello").ok().text())
        .isEqualTo("hello");
  }

  @ParameterizedTest
  @ValueSource(strings = {"foreign.pem", "expired.pem", "for-servers.pem"})
  void aClientWithAWrongCertificateIsRefused(String certificate) {
    // curl shows the certificate whatever authorities the server names, docker does not.
    Outcome curl =
        sh("curl -sS --cacert $C/ca.pem --cert $C/" + certificate + " --key $C/key.pem " + URL);
    assertThat(curl.exit()).isNotZero();
    assertThat(curl.err()).contains("alert");
    Outcome docker =
        sh("docker -H %s --tlsverify --tlscacert $C/ca.pem --tlscert $C/%s --tlskey $C/key.pem ps"
                .formatted(HOST, certificate))
            .exits(1);
    assertThat(docker.err()).contains("remote error: tls:");
  }

  @Test
  void aClientWithoutACertificateIsRefusedAndSeesWhy() {
    String docker = "docker -H " + HOST + " --tlsverify --tlscacert $C/ca.pem ";
    assertThat(sh(docker + "--tlscert= --tlskey= ps").exits(1).err())
        .contains("remote error: tls: certificate required");
    Outcome curl = sh("curl -sS --cacert $C/ca.pem " + URL + "/version");
    assertThat(curl.exit()).isNotZero();
    assertThat(curl.err()).contains("certificate required");
    assertThat(sh("docker -H " + HOST + " ps").exits(1).err())
        .contains("Client sent an HTTP request to an HTTPS server.");
    assertThat(sh("curl -s http://127.0.0.1:" + PORT + "/version").ok().text())
        .isEqualTo("Client sent an HTTP request to an HTTPS server.");
  }

  @Test
  void aClientDoesNotTalkToAnotherDaemon() {
    String options = "docker -H %s --tlsverify --tlscert $C/cert.pem --tlskey $C/key.pem ";
    assertThat(sh(options.formatted(HOST) + "--tlscacert $C/other-ca.pem ps").exits(1).err())
        .contains("x509");
    assertThat(
            sh(options.formatted("tcp://[::1]:" + PORT) + "--tlscacert $C/ca.pem ps")
                .exits(1)
                .err())
        .contains("connect");
  }

  @Test
  void theVariablesAreEnough() {
    String exports =
        "export DOCKER_HOST=%s DOCKER_TLS_VERIFY=1 DOCKER_CERT_PATH=$C; ".formatted(HOST);
    assertThat(sh(exports + "docker version --format '{{.Server.Os}}'").ok().text())
        .isEqualTo("linux");
    assertThat(
            sh(exports + "DOCKER_API_VERSION=1.40 docker version --format '{{.Client.APIVersion}}'")
                .ok()
                .text())
        .isEqualTo("1.40");
  }

  @Test
  void curlIsServedWithBothVersionsOfTlsAndNoOlderOne() {
    String curl = "curl -sS --cacert $C/ca.pem --cert $C/cert.pem --key $C/key.pem ";
    String page = URL + "/version";
    assertThat(sh(curl + page).ok().text()).contains("\"MinAPIVersion\":\"1.24\"");
    assertThat(sh(curl + "--tlsv1.2 --tls-max 1.2 " + page).ok().text()).contains("ApiVersion");
    assertThat(sh(curl + "--tlsv1.3 " + page).ok().text()).contains("ApiVersion");
    Outcome old = sh(curl + "--tlsv1.1 --tls-max 1.1 --ciphers DEFAULT@SECLEVEL=0 " + page);
    assertThat(old.exit()).isNotZero();
    assertThat(old.err()).contains("alert protocol version");
  }

  @Test
  void pythonIsServed() {
    assumeTrue(sh("python3 -c 'import docker'").exit() == 0, "there is no python docker here");
    String program =
        """
        import docker, os, sys
        c = os.environ['C']
        tls = docker.tls.TLSConfig(client_cert=(c + '/cert.pem', c + '/key.pem'),
            ca_cert=c + '/ca.pem', verify=True)
        client = docker.DockerClient(base_url='%s', tls=tls)
        print(client.version()['Os'])
        print(client.containers.run('busybox', 'echo hello', remove=True,
            network_mode='none').decode(), end='')
        """
            .formatted(URL);
    // requests prefers a bundle that the environment names to what docker was told.
    Shell python = made.shell().with("REQUESTS_CA_BUNDLE", "").with("CURL_CA_BUNDLE", "");
    assertThat(python.run("python3", "-c", program).ok().lines()).containsExactly("linux", "hello");
    String without =
        "import docker; docker.DockerClient(base_url='"
            + URL
            + "', tls=docker.tls.TLSConfig(verify=False)).ping()";
    Outcome refused = python.run("python3", "-c", without).exits(1);
    assertThat(refused.err()).containsIgnoringCase("certificate");
  }

  @Test
  void theEndOfInputEndsNothingElse() {
    byte[] lines = "a\nb\n".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    String counting = "wc -l; sleep 1; echo after";
    assertThat(
            docker(lines, "run", "--rm", "-i", "--net", "none", "busybox", "sh", "-c", counting)
                .ok()
                .lines())
        .containsExactly("2", "after");
    String name = daemon.name("half");
    docker("create", "-i", "--name", name, "--net", "none", "busybox", "sh", "-c", counting).ok();
    assertThat(docker(lines, "start", "-a", "-i", name).ok().lines()).containsExactly("2", "after");
    docker("run", "-d", "--name", name + "x", "--net", "none", "busybox", "sleep", "1000").ok();
    assertThat(docker(lines, "exec", "-i", name + "x", "sh", "-c", counting).ok().lines())
        .containsExactly("2", "after");
  }

  @Test
  void fiftyMegabytesGoThroughWhole() throws IOException {
    byte[] much = new byte[50_000_000];
    new Random(4).nextBytes(much);
    Path file = Files.write(made.folder().resolve("much"), much);
    String through =
        "docker -H %s --tlsverify --tlscacert $C/ca.pem --tlscert $C/cert.pem --tlskey $C/key.pem %s <$C/much | cmp - $C/much";
    assertThat(sh(through.formatted(HOST, "run --rm -i --net none busybox cat")).ok().text())
        .isEmpty();
    String name = daemon.name("much");
    docker("run", "-d", "--name", name, "--net", "none", "busybox", "sleep", "1000").ok();
    assertThat(sh(through.formatted(HOST, "exec -i " + name + " cat")).ok().text()).isEmpty();
    Files.delete(file);
  }

  @Test
  void whoSendsNothingIsNotWaitedForLong() throws IOException {
    long began = System.nanoTime();
    try (Socket silent = new Socket(InetAddress.ofLiteral("127.0.0.1"), Integer.parseInt(PORT))) {
      silent.setSoTimeout(30_000);
      // The beginning of a handshake, and then nothing.
      silent.getOutputStream().write(new byte[] {22, 3, 1, 1});
      assertThat(silent.getInputStream().read()).isLessThan(255);
    }
    assertThat(Duration.ofNanos(System.nanoTime() - began))
        .isBetween(Duration.ofSeconds(5), Duration.ofSeconds(20));
  }

  @Test
  void certificatesAreExchangedWithoutARestart() throws IOException {
    Path folder = Files.createDirectories(made.folder().resolve("exchanged"));
    for (String name : new String[] {"ca.pem", "server-cert.pem", "server-key.pem"}) {
      Files.copy(made.folder().resolve(name), folder.resolve(name));
    }
    try (DaemonUnderTest own =
        DaemonUnderTest.start(
            "-b",
            "none",
            "-H",
            "tcp://127.0.0.1:12377",
            "--tlsverify",
            "--tlscacert=" + folder.resolve("ca.pem"),
            "--tlscert=" + folder.resolve("server-cert.pem"),
            "--tlskey=" + folder.resolve("server-key.pem"))) {
      String shown =
          "openssl s_client -connect 127.0.0.1:12377 </dev/null 2>/dev/null | openssl x509 -noout -serial";
      String first = sh(shown).ok().text();
      sh("""
      cd $C
      openssl req -new -newkey rsa:2048 -nodes -keyout new-key.pem -subj /CN=new -out new.csr
      openssl x509 -req -in new.csr -CA ca.pem -CAkey ca-key.pem -CAcreateserial \\
        -out new-cert.pem -extfile extfile.cnf
      """)
          .ok();
      move("new-key.pem", folder.resolve("server-key.pem"));
      assertThat(sh(shown).ok().text()).as("in the middle of the exchange").isEqualTo(first);
      move("new-cert.pem", folder.resolve("server-cert.pem"));
      String second = sh(shown).ok().text();
      assertThat(second).isNotEqualTo(first);
      assertThat(sh("cd $C; openssl x509 -in exchanged/server-cert.pem -noout -serial").ok().text())
          .isEqualTo(second);

      // The authority of the clients too: the former client is out.
      String ping =
          "curl -sS --cacert $C/ca.pem --cert $C/%s --key $C/key.pem https://127.0.0.1:12377/_ping";
      assertThat(sh(ping.formatted("cert.pem")).ok().text()).isEqualTo("OK");
      move("other-ca.pem", folder.resolve("ca.pem"));
      assertThat(sh(ping.formatted("cert.pem")).exit()).isNotZero();
      assertThat(sh(ping.formatted("foreign.pem")).ok().text()).isEqualTo("OK");

      Files.writeString(folder.resolve("ca.pem"), "nothing");
      own.shell().run("kill", "-HUP", Long.toString(own.pid())).ok();
      Eventually.holds(
          "the log names the file",
          Duration.ofSeconds(10),
          () ->
              own.tail()
                  .contains(
                      "error reloading configuration: "
                          + folder.resolve("ca.pem")
                          + " has no certificate in PEM form"));
      assertThat(sh(ping.formatted("foreign.pem")).ok().text()).isEqualTo("OK");
    }
  }

  private static void move(String name, Path to) throws IOException {
    Files.copy(
        made.folder().resolve(name), to.resolveSibling("new"), StandardCopyOption.REPLACE_EXISTING);
    Files.move(to.resolveSibling("new"), to, StandardCopyOption.ATOMIC_MOVE);
  }

  @Test
  void rolesKnowClientsByTheirCertificates() throws IOException {
    Path roles =
        Files.writeString(
            made.folder().resolve("roles.json"),
            "{\"certificates\": {\"client\": \"viewer\"}, \"users\": {\"client\": \"admin\"}}");
    Path audit = made.folder().resolve("audit.log");
    try (DaemonUnderTest own =
        DaemonUnderTest.start(
            "-b",
            "none",
            "-H",
            "tcp://127.0.0.1:12378",
            "--roles",
            roles.toString(),
            "--audit-log",
            audit.toString(),
            "--tlsverify",
            "--tlscacert=" + made.file("ca.pem"),
            "--tlscert=" + made.file("server-cert.pem"),
            "--tlskey=" + made.file("server-key.pem"))) {
      Shell client =
          made.shell()
              .with("DOCKER_HOST", "tcp://127.0.0.1:12378")
              .with("DOCKER_TLS_VERIFY", "1")
              .with("DOCKER_CERT_PATH", made.folder().toString());
      client.run("docker", "ps").ok();
      assertThat(client.run("docker", "volume", "create").exits(1).err())
          .contains("not allowed: role viewer has no volume.create");
      assertThat(Files.readAllLines(audit))
          .anyMatch(l ->
              l.contains("\"caller\":\"certificate client\"")
                  && l.contains("\"operation\":\"volume.create\"")
                  && l.contains("\"verdict\":\"denied\""));
    }
  }
}
