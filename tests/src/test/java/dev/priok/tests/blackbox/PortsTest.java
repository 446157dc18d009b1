package dev.priok.tests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.tests.support.DaemonUnderTest;
import dev.priok.tests.support.Eventually;
import dev.priok.tests.support.Outcome;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
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
    // busybox has no UDP server; perl-base, which every Debian has, is lent to the container.
    String echo =
        "use IO::Socket::INET; my $s = IO::Socket::INET->new(LocalPort => 53, Proto => 'udp') or die;"
            + " while ($s->recv(my $m, 100)) { $s->send(\"echo $m\"); }";
    String name = d.name("udp");
    d.docker(
            "run",
            "-d",
            "--name",
            name,
            "-p",
            "18053:53/udp",
            "-v",
            "/usr:/usr:ro",
            "-v",
            "/usr/lib:/lib:ro",
            "-v",
            "/usr/lib64:/lib64:ro",
            "busybox",
            "perl",
            "-e",
            echo)
        .ok();
    assertThat(d.docker("port", name).ok().out()).contains("53/udp -> 0.0.0.0:18053");
    Eventually.holds("an echo", Duration.ofSeconds(8), () -> echo("ping").equals("echo ping"));
  }

  private static String echo(String message) {
    byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.setSoTimeout(300);
      socket.send(new DatagramPacket(bytes, bytes.length, InetAddress.getLoopbackAddress(), 18053));
      DatagramPacket answer = new DatagramPacket(new byte[100], 100);
      socket.receive(answer);
      return new String(answer.getData(), 0, answer.getLength(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return e.toString();
    }
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
