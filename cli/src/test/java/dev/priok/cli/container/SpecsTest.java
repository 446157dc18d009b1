package dev.priok.cli.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.priok.cli.CliException;
import dev.priok.cli.image.ImageName;
import dev.priok.model.api.container.ContainerCreateRequest;
import dev.priok.model.api.container.HostConfig;
import dev.priok.model.api.container.Mount;
import dev.priok.model.api.container.PortBinding;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

final class SpecsTest {
  @Test
  void ports() {
    PortSpecs specs =
        PortSpecs.parse(
            List.of("8080:80", "127.0.0.1::53/udp", "[::1]:90-91:90-91", "7000-7009:70", "22"),
            List.of("5000-5001"));
    assertThat(specs.bindings())
        .containsEntry("80/tcp", List.of(new PortBinding("", "8080")))
        .containsEntry("53/udp", List.of(new PortBinding("127.0.0.1", "")))
        .containsEntry("91/tcp", List.of(new PortBinding("::1", "91")))
        .containsEntry("70/tcp", List.of(new PortBinding("", "7000-7009")))
        .containsEntry("22/tcp", List.of(new PortBinding("", "")));
    assertThat(specs.exposed()).containsKeys("80/tcp", "5001/tcp");
    for (String bad : List.of("x", "80:x", "1-2:1-5", "80/xyz", "99999", "8080:", "-1")) {
      assertThatThrownBy(() -> PortSpecs.parse(List.of(bad), List.of()))
          .as(bad)
          .isInstanceOf(CliException.class);
    }
  }

  @Test
  void mounts() {
    Mount bind = MountSpecs.parse("type=bind,src=/a,\"dst=/b,c\",ro,bind-propagation=rslave");
    assertThat(bind.source()).isEqualTo("/a");
    assertThat(bind.target()).isEqualTo("/b,c");
    assertThat(bind.readOnly()).isTrue();
    assertThat(Objects.requireNonNull(bind.bindOptions()).propagation()).isEqualTo("rslave");
    Mount tmpfs = MountSpecs.parse("type=tmpfs,target=/t,tmpfs-size=64m,tmpfs-mode=1777");
    assertThat(Objects.requireNonNull(tmpfs.tmpfsOptions()).sizeBytes()).isEqualTo(64L << 20);
    for (String bad :
        List.of(
            "type=bind,src=/a",
            "type=x,dst=/b",
            "dst=/a,foo=1",
            "type=tmpfs,dst=/t,volume-nocopy")) {
      assertThatThrownBy(() -> MountSpecs.parse(bad)).as(bad).isInstanceOf(CliException.class);
    }
  }

  @Test
  void sizesAndNames() {
    assertThat(ByteSizes.parse("64m", "--memory")).isEqualTo(64L << 20);
    assertThat(ByteSizes.parse("1.5GiB", "--memory")).isEqualTo(3L << 29);
    assertThat(ByteSizes.parse("100", "--memory")).isEqualTo(100);
    assertThatThrownBy(() -> ByteSizes.parse("-5", "--memory")).isInstanceOf(CliException.class);
    assertThat(ImageName.parse("busybox").familiar()).isEqualTo("busybox:latest");
    assertThat(ImageName.parse("busybox").canonical())
        .isEqualTo("docker.io/library/busybox:latest");
    assertThat(ImageName.parse("localhost:5000/a/b:1").tag()).isEqualTo("1");
    assertThat(ImageName.parse("localhost:5000/a/b").repository()).isEqualTo("localhost:5000/a/b");
    assertThatThrownBy(() -> ImageName.parse("Busybox")).hasMessageContaining("must be lowercase");
  }

  @Test
  void signalsAreProxiedUnlessToldOtherwise() {
    RunCommand plain = new RunCommand();
    new CommandLine(plain).parseArgs("busybox");
    assertThat(plain.sigProxy).isTrue();
    RunCommand told = new RunCommand();
    new CommandLine(told).parseArgs("--no-sig-proxy", "busybox");
    assertThat(told.sigProxy).isFalse();
  }

  @Test
  void theWholeRequest() throws Exception {
    RunCommand run = new RunCommand();
    new CommandLine(run)
        .setStopAtPositional(true)
        .setOverwrittenOptionsAllowed(true)
        .parseArgs(
            "-itd",
            "--rm",
            "-eA=1",
            "-e",
            "HOME",
            "-e",
            "UNSET",
            "--memory",
            "64m",
            "--cpus",
            "1.5",
            "-p8080:80",
            "-v",
            "/h:/c:ro",
            "-v",
            "/anon",
            "--network",
            "n1",
            "--network-alias",
            "w",
            "--ulimit",
            "nofile=10:20",
            "--cap-drop",
            "ALL",
            "-h",
            "host",
            "--tmpfs",
            "/t:size=1m",
            "--add-host",
            "a=1.2.3.4",
            "--entrypoint",
            "",
            "--device",
            "/dev/fuse:rw",
            "--sig-proxy",
            "busybox",
            "sh",
            "-c",
            "x");
    assertThat(run.detach).isTrue();
    assertThat(run.sigProxy).isTrue();
    ContainerCreateRequest request =
        run.options.request(
            "busybox",
            List.of("sh", "-c", "x"),
            new CreateOptions.Streams(false, false, false),
            Map.of("HOME", "/root"));
    assertThat(request.env()).containsExactly("A=1", "HOME=/root");
    assertThat(request.entrypoint()).containsExactly("");
    assertThat(request.tty()).isTrue();
    assertThat(request.openStdin()).isTrue();
    assertThat(request.volumes()).containsOnlyKeys("/anon");
    HostConfig host = Objects.requireNonNull(request.hostConfig());
    assertThat(host.memory()).isEqualTo(64L << 20);
    assertThat(host.nanoCpus()).isEqualTo(1_500_000_000L);
    assertThat(host.binds()).containsExactly("/h:/c:ro");
    assertThat(host.networkMode()).isEqualTo("n1");
    assertThat(host.autoRemove()).isTrue();
    assertThat(host.extraHosts()).containsExactly("a:1.2.3.4");
    assertThat(host.tmpfs()).containsEntry("/t", "size=1m");
    assertThat(Objects.requireNonNull(request.networkingConfig()).endpointsConfig())
        .hasEntrySatisfying("n1", e -> assertThat(e.aliases()).containsExactly("w"));
  }
}
