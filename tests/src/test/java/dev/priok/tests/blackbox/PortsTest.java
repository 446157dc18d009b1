package dev.priok.tests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.tests.support.DaemonUnderTest;
import dev.priok.tests.support.Eventually;
import dev.priok.tests.support.Outcome;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Published ports, from everywhere they must be reachable. */
@BlackBox
final class PortsTest {
  private static String get(String url) {
    try (HttpClient client =
        HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(3)).build()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(5)).build();
      return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
    } catch (IOException e) {
      return e.toString();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  private static void reaches(String url) {
    Eventually.value(
        url,
        Duration.ofSeconds(5),
        () -> get(url),
        body -> body.contains("Hello from a container"));
  }

  private static String server(DaemonUnderTest d, String... options) {
    String name = d.name("web");
    List<String> command = new ArrayList<>(List.of("run", "-d", "--name", name));
    command.addAll(List.of(options));
    command.addAll(List.of("busybox", "httpd", "-f", "-h", "/var/www"));
    d.docker(command.toArray(String[]::new)).ok();
    return name;
  }

  private static String port(DaemonUnderTest d, String name) {
    String line = d.docker("port", name, "80").ok().lines().get(0);
    return line.substring(line.lastIndexOf(':') + 1);
  }

  @Test
  void fromLoopbackAndFromTheMachinesAddresses(DaemonUnderTest d) {
    String name = server(d, "-p", "18080:80");
    reaches("http://127.0.0.1:18080/");
    reaches("http://localhost:18080/");
    if (!DaemonUnderTest.isPeer()) {
      reaches("http://192.0.2.10:18080/");
    }
    assertThat(d.docker("port", name).ok().out()).contains("80/tcp -> 0.0.0.0:18080");
  }

  @Test
  void ephemeralPort(DaemonUnderTest d) {
    String name = server(d, "-p", "80");
    assertThat(Integer.parseInt(port(d, name))).isGreaterThan(1024);
    reaches("http://127.0.0.1:" + port(d, name) + "/");
  }

  @Test
  void oneAddressOnly(DaemonUnderTest d) {
    server(d, "-p", "127.0.0.1:18081:80");
    reaches("http://127.0.0.1:18081/");
    if (!DaemonUnderTest.isPeer()) {
      assertThat(get("http://192.0.2.10:18081/")).contains("ConnectException");
    }
  }

  @Test
  void aRange(DaemonUnderTest d) {
    String name = server(d, "-p", "18090-18092:80-82");
    assertThat(d.docker("port", name).ok().out())
        .contains("81/tcp -> 0.0.0.0:18091")
        .contains("18092");
    reaches("http://127.0.0.1:18090/");
  }

  @Test
  void udp(DaemonUnderTest d) {
    String name = d.name("udp");
    d.docker(
            "run",
            "-d",
            "--name",
            name,
            "-p",
            "18053:53/udp",
            "busybox",
            "sh",
            "-c",
            "nc -u -l -p 53 -e cat & wait")
        .ok();
    assertThat(d.docker("port", name).ok().out()).contains("53/udp -> 0.0.0.0:18053");
    Outcome answer =
        d.shell()
            .run(
                "sh",
                "-c",
                "for i in 1 2 3 4 5; do echo ping | timeout 2 busybox nc -u -w 1 127.0.0.1 18053 && break; sleep 0.2; done");
    assertThat(answer.out()).contains("ping");
  }

  @Test
  void fromAnotherContainer(DaemonUnderTest d) {
    String name = server(d, "-p", "18082:80");
    String address = d.inspect(name, "{{.NetworkSettings.IPAddress}}");
    String gateway = d.inspect(name, "{{.NetworkSettings.Gateway}}");
    assertThat(
            d.docker("run", "--rm", "busybox", "wget", "-qO-", "http://" + address + "/")
                .ok()
                .out())
        .contains("Hello");
    assertThat(
            d.docker("run", "--rm", "busybox", "wget", "-qO-", "http://" + gateway + ":18082/")
                .ok()
                .out())
        .contains("Hello");
  }

  @Test
  void aTakenPortIsRefusedAndLeavesTheContainerCreated(DaemonUnderTest d) {
    server(d, "-p", "18083:80");
    String second = d.name("second");
    Outcome run =
        d.docker("run", "-d", "--name", second, "-p", "18083:80", "busybox", "sleep", "9");
    assertThat(run.exits(125).err()).contains("port is already allocated");
    assertThat(d.inspect(second, "{{.State.Status}}")).isEqualTo("created");
  }

  @Test
  void thePortIsFreeAgainAfterwards(DaemonUnderTest d) {
    for (int i = 0; i < 3; i++) {
      String name = server(d, "-p", "18084:80");
      reaches("http://127.0.0.1:18084/");
      d.docker("rm", "-f", name).ok();
    }
  }

  @Test
  void networkNoneHasLoopbackOnly(DaemonUnderTest d) {
    Outcome run = d.docker("run", "--rm", "--network", "none", "busybox", "ls", "/sys/class/net");
    assertThat(run.ok().lines()).contains("lo").doesNotContain("eth0");
  }

  @Test
  void networkHostAndNetworkOfAContainer(DaemonUnderTest d) {
    String name = server(d);
    assertThat(
            d.docker(
                    "run",
                    "--rm",
                    "--network",
                    "container:" + name,
                    "busybox",
                    "wget",
                    "-qO-",
                    "http://127.0.0.1/")
                .ok()
                .out())
        .contains("Hello");
    Outcome host =
        d.docker("run", "--rm", "--network", "host", "busybox", "readlink", "/proc/self/ns/net");
    if (!DaemonUnderTest.isPeer()) {
      assertThat(host.ok().text())
          .isEqualTo(d.shell().run("readlink", "/proc/self/ns/net").ok().text());
    }
  }
}
