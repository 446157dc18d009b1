package dev.priok.tests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.tests.support.DaemonUnderTest;
import dev.priok.tests.support.Outcome;
import java.util.List;
import org.junit.jupiter.api.Test;

/** User-defined networks. */
@BlackBox
final class NetworksTest {
  @Test
  void namesAreResolvedInside(DaemonUnderTest d) {
    String net = d.name("net");
    String web = d.name("web");
    d.docker("network", "create", net).ok();
    d.docker(
            "run",
            "-d",
            "--name",
            web,
            "--network",
            net,
            "--network-alias",
            "site",
            "busybox",
            "httpd",
            "-f",
            "-h",
            "/var/www")
        .ok();
    for (String host : List.of(web, "site")) {
      assertThat(
              d.docker(
                      "run",
                      "--rm",
                      "--network",
                      net,
                      "busybox",
                      "wget",
                      "-qO-",
                      "http://" + host + "/")
                  .ok()
                  .out())
          .contains("Hello");
    }
    Outcome elsewhere =
        d.docker("run", "--rm", "busybox", "timeout", "3", "wget", "-qO-", "http://" + web + "/");
    assertThat(elsewhere.exit()).isNotZero();
    assertThat(d.docker("network", "rm", net).exits(1).err()).contains("has active endpoints");
    d.docker("rm", "-f", web).ok();
    d.docker("network", "rm", net).ok();
  }

  @Test
  void subnetGatewayAndFixedAddress(DaemonUnderTest d) {
    String net = d.name("net");
    d.docker("network", "create", "--subnet", "10.77.0.0/24", "--gateway", "10.77.0.254", net).ok();
    Outcome run =
        d.docker(
            "run",
            "--rm",
            "--network",
            net,
            "--ip",
            "10.77.0.9",
            "busybox",
            "sh",
            "-c",
            "ip -4 -o address show eth0; ip route");
    assertThat(run.ok().out()).contains("10.77.0.9/24").contains("default via 10.77.0.254");
    assertThat(
            d.docker(
                    "network",
                    "inspect",
                    "-f",
                    "{{(index .IPAM.Config 0).Subnet}} {{(index .IPAM.Config 0).Gateway}} {{.Driver}}",
                    net)
                .ok()
                .text())
        .isEqualTo("10.77.0.0/24 10.77.0.254 bridge");
    assertThat(
            d.docker("run", "--rm", "--network", net, "--ip", "10.99.0.9", "busybox", "true")
                .exits(125)
                .err())
        .containsPattern("(?i)no configured subnet|does not contain|invalid address");
    assertThat(
            d.docker("network", "create", "--subnet", "10.77.0.0/24", d.name("second"))
                .exits(1)
                .err())
        .contains("Pool overlaps with other one on this address space");
  }

  @Test
  void connectAndDisconnect(DaemonUnderTest d) {
    String net = d.name("net");
    String name = d.name("moves");
    d.docker("network", "create", net).ok();
    d.docker("run", "-d", "--name", name, "busybox", "sleep", "60").ok();
    d.docker("network", "connect", net, name).ok();
    assertThat(d.docker("exec", name, "ls", "/sys/class/net").ok().lines())
        .contains("eth0", "eth1");
    assertThat(
            d.docker("network", "inspect", "-f", "{{range .Containers}}{{.Name}}{{end}}", net)
                .ok()
                .text())
        .isEqualTo(name);
    d.docker("network", "disconnect", net, name).ok();
    assertThat(d.docker("exec", name, "ls", "/sys/class/net").ok().lines())
        .contains("eth0")
        .doesNotContain("eth1");
  }

  @Test
  void theBuiltInOnes(DaemonUnderTest d) {
    assertThat(d.docker("network", "ls", "--format", "{{.Name}}").ok().lines())
        .contains("bridge", "host", "none");
    assertThat(d.docker("network", "rm", "bridge").exits(1).err())
        .contains("bridge is a pre-defined network and cannot be removed");
    assertThat(d.docker("network", "create", "host").exits(1).err())
        .containsPattern("pre-?defined|already exists");
    assertThat(d.docker("network", "inspect", "nothing").exits(1).err())
        .contains("network nothing not found");
  }

  @Test
  void aNameInUse(DaemonUnderTest d) {
    String net = d.name("net");
    d.docker("network", "create", net).ok();
    assertThat(d.docker("network", "create", net).exits(1).err())
        .contains("network with name " + net + " already exists");
    assertThat(d.docker("network", "create", "-d", "no-such-driver", d.name("x")).exits(1).err())
        .contains("no-such-driver");
  }

  @Test
  void pruneTakesTheUnused(DaemonUnderTest d) {
    String net = d.name("net");
    d.docker("network", "create", "--label", "gone", net).ok();
    assertThat(d.docker("network", "ls", "-q", "-f", "label=gone").ok().lines()).hasSize(1);
    assertThat(d.docker("network", "prune", "-f").ok().out()).contains(net);
    assertThat(d.docker("network", "ls", "-q", "-f", "label=gone").ok().lines()).isEmpty();
  }

  @Test
  void aRunningContainersFilesFollowItsNetworks(DaemonUnderTest d) {
    String network = d.name("joined");
    d.docker("network", "create", network).ok();
    String name = d.name("member");
    d.docker("run", "-d", "--name", name, "busybox", "sleep", "1000").ok();
    d.docker("exec", name, "sh", "-c", "echo 9.9.9.9 mine >> /etc/hosts").ok();
    String before = d.docker("exec", name, "cat", "/etc/hosts").ok().out();
    d.docker("network", "connect", network, name).ok();
    String address =
        d.inspect(name, "{{(index .NetworkSettings.Networks \"" + network + "\").IPAddress}}");
    assertThat(d.docker("exec", name, "cat", "/etc/hosts").ok().out())
        .contains("9.9.9.9 mine", address);
    assertThat(d.docker("exec", name, "cat", "/etc/resolv.conf").ok().out())
        .contains("nameserver 127.0.0.11");
    d.docker("network", "disconnect", network, name).ok();
    assertThat(d.docker("exec", name, "cat", "/etc/hosts").ok().out()).isEqualTo(before);
    d.docker("network", "rm", network).ok();
  }
}
