package dev.priok.tests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.tests.support.DaemonUnderTest;
import dev.priok.tests.support.RawHttp;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** NetworkingConfig: a container's endpoints on networks. */
@BlackBox
final class EndpointFieldsTest {
  private static String network(DaemonUnderTest d) {
    String name = d.name("net");
    d.docker("network", "create", "--subnet", "10.88.7.0/24", name).ok();
    return name;
  }

  private static String endpoint(String network, String settings, String command) {
    return "{\"Cmd\":[\"sh\",\"-c\",\"%s\"],\"AttachStdout\":true,\"HostConfig\":{\"NetworkMode\":\"%s\"},\"NetworkingConfig\":{\"EndpointsConfig\":{\"%s\":%s}}}"
        .formatted(command, network, network, settings);
  }

  @Test
  void fixedAddress(DaemonUnderTest d) {
    String network = network(d);
    String body =
        endpoint(
            network,
            "{\"IPAMConfig\":{\"IPv4Address\":\"10.88.7.77\"}}",
            "ip -4 -o address show dev eth0");
    assertThat(Requests.run(d, body).ok().text()).contains("10.88.7.77/24");
    RawHttp.Answer outside =
        Requests.create(
            d, endpoint(network, "{\"IPAMConfig\":{\"IPv4Address\":\"10.1.1.1\"}}", "true"));
    assertThat(outside.status()).isEqualTo(400);
    assertThat(Requests.message(outside))
        .startsWith("invalid config for network " + network + ": invalid endpoint settings:");
    RawHttp.Answer onDefault =
        Requests.create(
            d, endpoint("bridge", "{\"IPAMConfig\":{\"IPv4Address\":\"172.29.0.77\"}}", "true"));
    assertThat(Requests.message(onDefault))
        .contains("user specified IP address is supported on user defined networks only");
  }

  @Test
  void aliasesAndNames(DaemonUnderTest d) {
    String network = network(d);
    String name = d.name("aliased");
    d.docker(
            "run",
            "-d",
            "--name",
            name,
            "--network",
            network,
            "--network-alias",
            "lighthouse",
            "busybox",
            "sleep",
            "60")
        .ok();
    assertThat(
            d.docker("run", "--rm", "--network", network, "busybox", "nslookup", "lighthouse")
                .ok()
                .out())
        .contains("10.88.7.");
    assertThat(
            d.inspect(
                name, "{{json (index .NetworkSettings.Networks \"" + network + "\").Aliases}}"))
        .contains("lighthouse");
    assertThat(
            Requests.message(
                Requests.create(d, endpoint("bridge", "{\"Aliases\":[\"x\"]}", "true"))))
        .contains("network-scoped alias is supported only for containers in user defined networks");
  }

  @Test
  void links(DaemonUnderTest d) {
    String network = network(d);
    String name = d.name("linked");
    d.docker("run", "-d", "--name", name, "--network", network, "busybox", "sleep", "60").ok();
    String id =
        Requests.id(
            d, endpoint(network, "{\"Links\":[\"" + name + ":harbour\"]}", "nslookup harbour"));
    assertThat(d.docker("start", "-a", id).ok().out()).contains("10.88.7.");
  }

  @Test
  void macAddress(DaemonUnderTest d) {
    String network = network(d);
    String body =
        endpoint(
            network, "{\"MacAddress\":\"02:42:0A:58:07:09\"}", "cat /sys/class/net/eth0/address");
    assertThat(Requests.run(d, body).ok().text()).isEqualTo("02:42:0a:58:07:09");
    RawHttp.Answer wrong =
        Requests.create(d, endpoint(network, "{\"MacAddress\":\"nonsense\"}", "true"));
    assertThat(wrong.status()).isEqualTo(400);
    assertThat(Requests.message(wrong).toLowerCase(Locale.ROOT))
        .isEqualTo(
            "invalid config for network "
                + network.toLowerCase(Locale.ROOT)
                + ": invalid mac address nonsense");
  }

  @Test
  void driverOptions(DaemonUnderTest d) {
    String network = network(d);
    String id = Requests.id(d, endpoint(network, "{\"DriverOpts\":{\"berth\":\"7\"}}", "true"));
    assertThat(
            d.inspect(
                id, "{{json (index .NetworkSettings.Networks \"" + network + "\").DriverOpts}}"))
        .isEqualTo("{\"berth\":\"7\"}");
  }

  /** Docker 26 passes them to a driver that does not know them. */
  @Test
  @DisabledIfSystemProperty(named = "priok.peer", matches = ".+", disabledReason = "dropped there")
  void whatIsNotDoneIsRefused(DaemonUnderTest d) {
    String network = network(d);
    assertThat(
            Requests.message(
                Requests.create(
                    d,
                    endpoint(
                        network,
                        "{\"DriverOpts\":{\"com.docker.network.endpoint.sysctls\":\"x\"}}",
                        "true"))))
        .contains("driver options of an endpoint are not supported");
    assertThat(
            Requests.message(
                Requests.create(
                    d,
                    endpoint(
                        network, "{\"IPAMConfig\":{\"IPv6Address\":\"2001:db8::7\"}}", "true"))))
        .contains("no configured subnet contains IP address 2001:db8::7");
    assertThat(
            Requests.message(
                Requests.create(
                    d,
                    endpoint(
                        network, "{\"IPAMConfig\":{\"LinkLocalIPs\":[\"169.254.7.7\"]}}", "true"))))
        .contains("link-local addresses are not supported");
    assertThat(
            Requests.message(
                Requests.create(
                    d,
                    "{\"HostConfig\":{\"NetworkMode\":\"host\"},\"NetworkingConfig\":{\"EndpointsConfig\":{\""
                        + network
                        + "\":{}}}}")))
        .contains("cannot be joined with the network mode host");
  }

  @Test
  void anEndpointWithoutSettings(DaemonUnderTest d) {
    assertThat(Requests.message(Requests.create(d, endpoint("bridge", "null", "true"))))
        .isEqualTo("invalid config for network bridge: EndpointsConfig is nil");
  }

  /** API 1.48 and newer. */
  @Test
  @DisabledIfSystemProperty(
      named = "priok.peer",
      matches = ".+",
      disabledReason = "newer than that")
  void gatewayPriority(DaemonUnderTest d) {
    String network = network(d);
    String other = d.name("other");
    d.docker("network", "create", "--subnet", "10.88.8.0/24", other).ok();
    String body =
        "{\"Image\":\"busybox\",\"Cmd\":[\"ip\",\"route\"],\"AttachStdout\":true,\"HostConfig\":{\"NetworkMode\":\"%s\"},\"NetworkingConfig\":{\"EndpointsConfig\":{\"%s\":{},\"%s\":{\"GwPriority\":7}}}}"
            .formatted(network, network, other);
    RawHttp.Answer made = d.http().post("/v1.48/containers/create", body);
    assertThat(made.status()).isEqualTo(201);
    String id = made.body().replaceAll("(?s).*\"Id\":\"([0-9a-f]{64})\".*", "$1");
    assertThat(d.docker("start", "-a", id).ok().out()).contains("default via 10.88.8.1");
  }

  /** Docker and Compose send back what inspect showed; those fields are the daemon's to fill. */
  @Test
  void whatTheDaemonFillsIsNotTakenFromTheRequest(DaemonUnderTest d) {
    String network = network(d);
    String id =
        Requests.id(
            d,
            endpoint(
                network,
                "{\"NetworkID\":\"x\",\"EndpointID\":\"y\",\"Gateway\":\"1.1.1.1\",\"IPAddress\":\"1.2.3.4\",\"IPPrefixLen\":9,\"IPv6Gateway\":\"\",\"GlobalIPv6Address\":\"\",\"GlobalIPv6PrefixLen\":0,\"DNSNames\":[\"z\"]}",
                "sleep 60"));
    d.docker("start", id).ok();
    String at = "(index .NetworkSettings.Networks \"" + network + "\")";
    assertThat(d.inspect(id, "{{" + at + ".Gateway}} {{" + at + ".IPPrefixLen}}"))
        .isEqualTo("10.88.7.1 24");
    assertThat(d.inspect(id, "{{" + at + ".IPAddress}}")).startsWith("10.88.7.");
    assertThat(d.inspect(id, "{{" + at + ".NetworkID}} {{" + at + ".EndpointID}}"))
        .matches("[0-9a-f]{64} [0-9a-f]{64}");
    assertThat(d.inspect(id, "{{json " + at + ".DNSNames}}")).doesNotContain("\"z\"");
  }
}
