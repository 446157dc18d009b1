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
    String echo =
        "use IO::Socket::INET; my $s = IO::Socket::INET->new(LocalPort => 53, Proto => 'udp') or die;"
            + " while ($s->recv(my $m, 100)) { $s->send(\"echo $m\"); }";
    String name = d.name("udp");
    perl(d, name, List.of("-p", "18053:53/udp"), echo);
    assertThat(d.docker("port", name).ok().out()).contains("53/udp -> 0.0.0.0:18053");
    Eventually.holds("an echo", Duration.ofSeconds(8), () -> echo("ping").equals("echo ping"));
  }

  /** Perl, which every Debian has in its base, lent to a container of busybox. */
  private static String perl(DaemonUnderTest d, String name, List<String> options, String script) {
    List<String> command = new ArrayList<>(List.of("run", "-d", "--name", name));
    command.addAll(options);
    for (String folder : List.of("/usr:/usr:ro", "/usr/lib:/lib:ro", "/usr/lib64:/lib64:ro")) {
      command.addAll(List.of("-v", folder));
    }
    command.addAll(List.of("busybox", "perl", "-e", script));
    return d.docker(command.toArray(String[]::new)).ok().text();
  }

  /** An answer to one more packet of the same client, empty where there is none. */
  private static String next(DatagramSocket client, int port) throws IOException {
    client.send(new DatagramPacket(new byte[] {'x'}, 1, InetAddress.getLoopbackAddress(), port));
    DatagramPacket answer = new DatagramPacket(new byte[100], 100);
    try {
      client.receive(answer);
      return new String(answer.getData(), 0, answer.getLength(), StandardCharsets.UTF_8);
    } catch (java.net.SocketTimeoutException | java.net.PortUnreachableException e) {
      return "";
    }
  }

  /** Its entry in the kernel's table of connections would otherwise go on to hold the old way. */
  @Test
  void anOldUdpClientReachesWhatIsPublishedLater(DaemonUnderTest d) throws IOException {
    String echo =
        "use IO::Socket::INET; my $s = IO::Socket::INET->new(LocalPort => 53, Proto => 'udp') or die;"
            + " while ($s->recv(my $m, 100)) { $s->send(\"%s\"); }";
    List<String> options = List.of("-p", "18054:53/udp");
    try (DatagramSocket client = new DatagramSocket()) {
      client.setSoTimeout(200);
      assertThat(next(client, 18054)).isEmpty();
      String first = perl(d, d.name("udp"), options, echo.formatted("first"));
      Eventually.holds(
          "the first container",
          Duration.ofSeconds(5),
          () -> uncheckedNext(client, 18054).equals("first"));
      d.docker("rm", "-f", first).ok();
      // Another address than the first's, so that a stale entry would lead nowhere.
      d.docker("run", "-d", "--name", d.name("squatter"), "busybox", "sleep", "1000").ok();
      perl(d, d.name("udp"), options, echo.formatted("second"));
      Eventually.holds(
          "the second container",
          Duration.ofSeconds(5),
          () -> uncheckedNext(client, 18054).equals("second"));
    }
  }

  private static String uncheckedNext(DatagramSocket client, int port) {
    try {
      return next(client, port);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Few kernels have SCTP sockets; the packets are made and looked at by hand. */
  @Test
  void sctpIsForwarded(DaemonUnderTest d) {
    String look =
        "use Socket; socket(my $s, AF_INET, SOCK_RAW, 132) or die; $| = 1; print qq(ready\\n);"
            + " while (defined recv($s, my $p, 1500, 0)) {"
            + " my ($to) = unpack('n', substr($p, 22, 2)); print qq(to $to\\n); }";
    String name = d.name("sctp");
    perl(d, name, List.of("-p", "18055:7777/sctp"), look);
    assertThat(d.docker("port", name).ok().out()).contains("7777/sctp -> 0.0.0.0:18055");
    Eventually.holds(
        "it listens",
        Duration.ofSeconds(5),
        () -> d.docker("logs", name).ok().out().contains("ready"));
    // An INIT chunk (RFC 9260, 3.3.2); on the local way nobody checks the checksum.
    String send =
        "use Socket; socket(my $s, AF_INET, SOCK_RAW, 132) or die $!;"
            + " my $p = pack('nnNNCCnNNnnN', 40000, 18055, 0, 0, 1, 0, 20, 1, 65536, 1, 1, 1);"
            + " for (1 .. 3) { send($s, $p, 0, sockaddr_in(0, inet_aton('127.0.0.1'))) or die $!; }";
    d.shell().run("perl", "-e", send).ok();
    Eventually.holds(
        "the container's port",
        Duration.ofSeconds(5),
        () -> d.docker("logs", name).ok().out().contains("to 7777"));
  }

  @Test
  void addressesThatCannotBePublishedOn(DaemonUnderTest d) {
    if (!DaemonUnderTest.isPeer()) {
      assertThat(d.docker("run", "-p", "[::1]:18056:80", "busybox", "true").exits(125).err())
          .contains("publishing ports on IPv6 addresses is not supported: ::1");
    }
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
