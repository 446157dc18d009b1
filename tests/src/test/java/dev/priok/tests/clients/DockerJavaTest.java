package dev.priok.tests.clients;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.CreateContainerResponse;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import dev.priok.tests.support.DaemonUnderTest;
import dev.priok.tests.support.Eventually;
import dev.priok.tests.support.HostState;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** docker-java and Testcontainers, unchanged: run, wait for a port, exec, copy files. */
@Tag("blackbox")
final class DockerJavaTest {
  @Test
  void dockerJava() throws Exception {
    HostState before = HostState.now();
    DaemonUnderTest daemon = DaemonUnderTest.withImage();
    try {
      DefaultDockerClientConfig config =
          DefaultDockerClientConfig.createDefaultConfigBuilder()
              .withDockerHost(daemon.host())
              .build();
      try (ZerodepDockerHttpClient http =
              new ZerodepDockerHttpClient.Builder().dockerHost(URI.create(daemon.host())).build();
          DockerClient docker = DockerClientImpl.getInstance(config, http)) {
        docker.pingCmd().exec();
        walkThrough(docker, daemon);
      }
    } finally {
      daemon.closeAndExpect(before);
    }
  }

  private static void walkThrough(DockerClient docker, DaemonUnderTest daemon) throws Exception {
    ExposedPort web = ExposedPort.tcp(80);
    CreateContainerResponse made =
        docker
            .createContainerCmd("busybox:latest")
            .withCmd("httpd", "-f", "-h", "/var/www")
            .withExposedPorts(web)
            .withHostConfig(
                HostConfig.newHostConfig().withPortBindings(PortBinding.parse("127.0.0.1::80")))
            .exec();
    docker.startContainerCmd(made.getId()).exec();
    Ports.Binding[] bindings =
        docker
            .inspectContainerCmd(made.getId())
            .exec()
            .getNetworkSettings()
            .getPorts()
            .getBindings()
            .get(web);
    int port = Integer.parseInt(Objects.requireNonNull(bindings)[0].getHostPortSpec());
    Eventually.holds("the port", Duration.ofSeconds(10), () -> connects(port));

    Path file = Files.writeString(daemon.scratch().resolve("carried"), "over the sea");
    docker
        .copyArchiveToContainerCmd(made.getId())
        .withHostResource(file.toString())
        .withRemotePath("/tmp")
        .exec();
    String exec =
        docker
            .execCreateCmd(made.getId())
            .withCmd("cat", "/tmp/carried")
            .withAttachStdout(true)
            .exec()
            .getId();
    StringBuilder out = new StringBuilder();
    docker
        .execStartCmd(exec)
        .exec(
            new ResultCallback.Adapter<Frame>() {
              @Override
              public void onNext(Frame frame) {
                out.append(new String(frame.getPayload(), StandardCharsets.UTF_8));
              }
            })
        .awaitCompletion(20, TimeUnit.SECONDS);
    assertThat(out.toString()).isEqualTo("over the sea");
    assertThat(docker.inspectExecCmd(exec).exec().getExitCodeLong()).isZero();
    try (InputStream tar =
        docker.copyArchiveFromContainerCmd(made.getId(), "/tmp/carried").exec()) {
      assertThat(new String(tar.readAllBytes(), StandardCharsets.UTF_8))
          .contains("carried")
          .contains("over the sea");
    }
    docker.removeContainerCmd(made.getId()).withForce(true).exec();
    assertThat(docker.listContainersCmd().withShowAll(true).exec()).isEmpty();
  }

  private static boolean connects(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
      return true;
    } catch (IOException e) {
      return false; // Nobody listens yet.
    }
  }

  @Test
  void testcontainers() {
    HostState before = HostState.now();
    DaemonUnderTest daemon = DaemonUnderTest.withImage();
    try {
      // Testcontainers takes its settings from the environment, so it gets a JVM of its own.
      daemon
          .shell()
          .within(Duration.ofMinutes(2))
          .with("TESTCONTAINERS_RYUK_DISABLED", "true")
          .run(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "-XX:+UseSerialGC",
              "-XX:TieredStopAtLevel=1",
              "-cp",
              System.getProperty("java.class.path"),
              TestcontainersUser.class.getName())
          .ok();
    } finally {
      daemon.closeAndExpect(before);
    }
  }
}
