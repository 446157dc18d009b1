package dev.priok.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.priok.http.ApiServer.ApiOptions;
import dev.priok.http.server.Endpoint;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The official docker command and curl against the server. */
@Timeout(60)
class DockerCommandTest {
  private static final Path DOCKER = Path.of("/usr/local/bin/docker");

  @TempDir Path dir;
  private final EchoEngine engine = new EchoEngine();
  private ApiServer server;
  private Path socket;

  @BeforeEach
  void listen() throws Exception {
    server = new ApiServer(Rooms.engine(engine), ApiOptions.of("0.1.0"));
    socket = dir.resolve("api.sock");
    server.listen(new Endpoint.Unix(socket, null));
  }

  @AfterEach
  void close() {
    engine.goneSeen.countDown();
    server.close();
    assertThat(socket).doesNotExist();
  }

  private record Outcome(int code, String out) {}

  private Outcome docker(String input, String... arguments) throws Exception {
    assumeTrue(Files.isExecutable(DOCKER));
    List<String> command = new ArrayList<>(List.of(DOCKER.toString(), "-H", "unix://" + socket));
    command.addAll(List.of(arguments));
    return run(input, command);
  }

  private static Outcome run(String input, List<String> command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (var in = process.getOutputStream()) {
      in.write(input.getBytes(StandardCharsets.UTF_8));
    }
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Outcome(process.waitFor(), out);
  }

  @Test
  void socketIsForRootAndTheGroupOnly() throws Exception {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
        .isEqualTo("rw-rw----");
  }

  @Test
  void listsAndVersions() throws Exception {
    Outcome ps = docker("", "ps", "-a");
    assertThat(ps.out()).contains("c0ffee00c0ff").contains("web");
    assertThat(ps.code()).isZero();
    assertThat(docker("", "version").out()).contains("1.51 (minimum version 1.24)");
  }

  @Test
  void errorsAreShownAsDocker() throws Exception {
    Outcome outcome = docker("", "inspect", "--type", "container", "missing");
    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.out()).contains("No such container: missing");
    Outcome swarm = docker("", "node", "ls");
    assertThat(swarm.out())
        .contains("Error response from daemon: This node is not a swarm manager");
  }

  @Test
  void buildIsRefusedWithAReason() throws Exception {
    Files.writeString(dir.resolve("Dockerfile"), "FROM scratch\n");
    Outcome outcome =
        docker("", "build", "--file", dir.resolve("Dockerfile").toString(), dir.toString());
    assertThat(outcome.code()).isNotZero();
    assertThat(outcome.out()).contains("building images is not offered");
  }

  @Test
  void logsFlowThroughCurl() throws Exception {
    Outcome outcome =
        run(
            "",
            List.of(
                "curl",
                "-s",
                "--unix-socket",
                socket.toString(),
                "http://d/containers/a/logs?stdout=1&tail=3"));
    assertThat(outcome.out()).contains("line 0").contains("line 2");
  }

  @Test
  void copiesOutOfAContainer() throws Exception {
    assertThat(docker("", "cp", "a:/etc", "-").out()).contains("tar");
  }

  @Test
  void aSecondServerDoesNotTakeTheSocket() throws Exception {
    try (ApiServer other = new ApiServer(Rooms.engine(engine), ApiOptions.of("0.1.0"))) {
      org.assertj.core.api.Assertions.assertThatThrownBy(
              () -> other.listen(new Endpoint.Unix(socket, null)))
          .hasMessageContaining("another daemon is listening");
    }
    assertThat(docker("", "ps").code()).isZero();
  }

  @Test
  void aStaleSocketIsReplaced() throws Exception {
    Path stale = dir.resolve("stale.sock");
    try (var channel =
        java.nio.channels.ServerSocketChannel.open(java.net.StandardProtocolFamily.UNIX)) {
      channel.bind(java.net.UnixDomainSocketAddress.of(stale));
    }
    assertThat(stale).exists();
    server.listen(new Endpoint.Unix(stale, "no-such-group-here"));
    Path file = Files.writeString(dir.resolve("file"), "precious");
    org.assertj.core.api.Assertions.assertThatThrownBy(
            () -> server.listen(new Endpoint.Unix(file, null)))
        .hasMessageContaining("is not a socket");
    assertThat(file).hasContent("precious");
  }
}
