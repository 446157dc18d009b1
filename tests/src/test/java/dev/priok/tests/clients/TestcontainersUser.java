package dev.priok.tests.clients;

import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;

/** What a user of Testcontainers does; ends with an exception where it does not work. */
public final class TestcontainersUser {
  private TestcontainersUser() {}

  /** Runs a web server, waits for its port, fetches a page, executes a command, copies files. */
  public static void main(String[] arguments) throws Exception {
    try (GenericContainer<?> web =
        new GenericContainer<>(DockerImageName.parse("busybox:latest"))
            .withCommand("sh", "-c", "echo serving; httpd -f -h /var/www")
            .withEnv("COLOUR", "red")
            .withCopyToContainer(Transferable.of("copied in"), "/var/www/in.txt")
            .withExposedPorts(80)
            .waitingFor(Wait.forListeningPort())) {
      web.start();
      URI page = URI.create("http://" + web.getHost() + ":" + web.getMappedPort(80) + "/in.txt");
      try (InputStream body = page.toURL().openStream()) {
        expect("copied in", new String(body.readAllBytes(), StandardCharsets.UTF_8));
      }
      ExecResult exec = web.execInContainer("sh", "-c", "echo $COLOUR; exit 3");
      expect("red\n", exec.getStdout());
      expect("3", String.valueOf(exec.getExitCode()));
      String group =
          web.copyFileFromContainer(
              "/etc/group", stream -> new String(stream.readAllBytes(), StandardCharsets.UTF_8));
      if (!group.startsWith("root:x:0:")) {
        throw new IllegalStateException("copied from the container: " + group);
      }
      if (!web.getLogs().contains("serving")) {
        throw new IllegalStateException("logs: " + web.getLogs());
      }
    }
  }

  private static void expect(String wanted, String found) {
    if (!wanted.equals(found)) {
      throw new IllegalStateException("expected '" + wanted + "', found '" + found + "'");
    }
  }
}
