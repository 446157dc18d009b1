package dev.priok.engine.containers.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.priok.model.api.container.ContainerConfig;
import dev.priok.model.api.container.ContainerConfigBuilder;
import dev.priok.model.api.container.DeviceMapping;
import dev.priok.model.api.container.HostConfig;
import dev.priok.model.api.container.HostConfigBuilder;
import dev.priok.model.api.container.Ulimit;
import dev.priok.model.error.EngineException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class BuildSpecTest {
  private static final String PASSWD = "root:x:0:0:root:/root:/bin/sh\nbob:x:1000:100:::/bin/sh\n";
  private static final String GROUP = "root:x:0:\nwheel:x:10:root\nusers:x:100:\ngames:x:20:bob\n";

  private final HostFacts host;

  BuildSpecTest() throws IOException {
    host = new ProbeHost().probe();
  }

  @Test
  void hasDockersDefaults() throws IOException {
    JsonNode spec =
        build(
            ContainerConfigBuilder.builder().cmd(List.of("true")).hostname("box").build(), none());
    assertThat(spec.at("/process/args/0").asText()).isEqualTo("true");
    assertThat(spec.at("/process/env").toString())
        .contains("PATH=/usr/local/sbin")
        .contains("HOSTNAME=box");
    assertThat(spec.at("/process/user/additionalGids").toString()).isEqualTo("[0,10]");
    assertThat(spec.at("/process/capabilities/bounding")).hasSize(14);
    assertThat(spec.at("/linux/seccomp/defaultAction").asText()).isEqualTo("SCMP_ACT_ERRNO");
    assertThat(spec.at("/linux/resources/devices")).hasSize(8);
    assertThat(spec.at("/linux/namespaces").toString()).contains("pid").contains("ipc");
    assertThat(spec.at("/mounts").toString()).contains("/dev/shm").contains("size=67108864");
    assertThat(spec.at("/linux/maskedPaths").toString()).contains("/proc/kcore");
  }

  @Test
  void knowsThisMachine() {
    assertThat(host.lastCapability()).isGreaterThan(30);
    assertThat(host.kernelRelease()).isNotEmpty();
  }

  @Test
  void isFast() throws IOException {
    ContainerConfig config = ContainerConfigBuilder.builder().cmd(List.of("true")).build();
    BuildSpec spec = new BuildSpec(host, ContainerDefaults.of("runc"));
    SpecRequest request = request(config, none());
    for (int i = 0; i < 300; i++) {
      spec.build(request);
    }
    long start = System.nanoTime();
    for (int i = 0; i < 100; i++) {
      spec.build(request);
    }
    long each = (System.nanoTime() - start) / 100;
    System.out.println("config.json warm: " + each / 1000 + " us");
    assertThat(each).isLessThan(5_000_000);
  }

  @Test
  void findsUsers() throws IOException {
    JsonNode bob = build(config("bob"), none());
    assertThat(bob.at("/process/user/uid").asInt()).isEqualTo(1000);
    assertThat(bob.at("/process/user/additionalGids").toString()).isEqualTo("[100,20]");
    JsonNode numbers = build(config("7:games"), none());
    assertThat(numbers.at("/process/user/gid").asInt()).isEqualTo(20);
    assertThatThrownBy(() -> build(config("eve"), none()))
        .hasMessage("unable to find user eve: no matching entries in passwd file");
    assertThatThrownBy(() -> build(config("bob:none"), none()))
        .hasMessage("unable to find group none: no matching entries in group file");
  }

  @Test
  void everybodyHasAHome() throws IOException {
    assertThat(build(config("123456"), none()).at("/process/env").toString()).contains("HOME=/\"");
    ContainerConfig own =
        ContainerConfigBuilder.builder(config("bob")).env(List.of("HOME=/elsewhere")).build();
    assertThat(build(own, none()).at("/process/env").toString())
        .contains("HOME=/elsewhere")
        .doesNotContain("HOME=/\"");
  }

  @Test
  void writesLimits() throws IOException {
    HostConfig limits =
        HostConfigBuilder.builder()
            .memory(64L << 20)
            .nanoCpus(1_500_000_000L)
            .pidsLimit(20L)
            .ulimits(List.of(new Ulimit("nofile", 10L, -1L)))
            .devices(List.of(new DeviceMapping("/dev/null", "/dev/nix", "r")))
            .tmpfs(Map.of())
            .build();
    JsonNode spec = build(config(""), limits);
    assertThat(spec.at("/linux/resources/memory/limit").asLong()).isEqualTo(64L << 20);
    assertThat(spec.at("/linux/resources/cpu/quota").asLong()).isEqualTo(150_000);
    assertThat(spec.at("/linux/resources/pids/limit").asLong()).isEqualTo(20);
    assertThat(spec.at("/process/rlimits/0/hard").asText()).isEqualTo("18446744073709551615");
    assertThat(spec.at("/linux/devices/0/path").asText()).isEqualTo("/dev/nix");
    assertThat(spec.at("/linux/devices/0/major").asLong()).isEqualTo(1);
    assertThat(spec.at("/linux/devices/0/minor").asLong()).isEqualTo(3);
  }

  @Test
  void privilegedHasEverything() throws IOException {
    JsonNode spec = build(config(""), HostConfigBuilder.builder().privileged(true).build());
    assertThat(spec.at("/linux/seccomp").isMissingNode()).isTrue();
    assertThat(spec.at("/linux/maskedPaths")).isEmpty();
    assertThat(spec.at("/process/capabilities/effective").toString()).contains("CAP_SYS_ADMIN");
    assertThat(spec.at("/linux/resources/devices/0/allow").asBoolean()).isTrue();
  }

  @Test
  void takesASeccompProfileWithConditions() throws IOException {
    String profile =
        """
        {"defaultAction":"SCMP_ACT_ALLOW","syscalls":[
        {"names":["mkdir"],"action":"SCMP_ACT_ERRNO","excludes":{"caps":["CAP_SYS_ADMIN"]}},
        {"names":["reboot"],"action":"SCMP_ACT_ALLOW","includes":{"caps":["CAP_SYS_BOOT"]}}]}\
        """;
    JsonNode spec =
        build(
            config(""),
            HostConfigBuilder.builder().securityOpt(List.of("seccomp=" + profile)).build());
    assertThat(spec.at("/linux/seccomp/syscalls")).hasSize(1);
    assertThat(spec.at("/linux/seccomp/syscalls/0/names/0").asText()).isEqualTo("mkdir");
  }

  @Test
  void refusesAsDockerDoes() {
    refused(HostConfigBuilder.builder().memory(1L), "Minimum memory limit allowed is 6MB");
    refused(
        HostConfigBuilder.builder().capAdd(List.of("nix")),
        "invalid CapAdd: unknown capability: \"CAP_NIX\"");
    refused(
        HostConfigBuilder.builder().networkMode("container:x").dns(List.of("1.1.1.1")),
        "conflicting options: dns and the network mode");
    refused(
        HostConfigBuilder.builder().portBindings(Map.of("70000/tcp", List.of())),
        "invalid port specification: \"70000\"");
    refused(HostConfigBuilder.builder().nanoCpus(-1L), "Range of CPUs is from 0.01 to");
    refused(HostConfigBuilder.builder().usernsMode("auto"), "invalid USER mode: auto");
    refused(
        HostConfigBuilder.builder().securityOpt(List.of("nix=1")),
        "invalid --security-opt 2: \"nix=1\"");
    refused(HostConfigBuilder.builder().cpusetCpus("0-4000"), "Requested CPUs are not available");
  }

  private void refused(HostConfigBuilder config, String sentence) {
    assertThatThrownBy(() ->
            new ValidateConfig(host, ContainerDefaults.of("runc"))
                .validate(config(""), config.build()))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining(sentence);
  }

  private static ContainerConfig config(String user) {
    return ContainerConfigBuilder.builder().cmd(List.of("true")).user(user).build();
  }

  private static HostConfig none() {
    return HostConfigBuilder.builder().build();
  }

  private JsonNode build(ContainerConfig config, HostConfig hostConfig) throws IOException {
    return new JsonMapper()
        .readTree(
            new BuildSpec(host, ContainerDefaults.of("runc")).build(request(config, hostConfig)));
  }

  private static SpecRequest request(ContainerConfig config, HostConfig hostConfig) {
    return new SpecRequest(
        "id",
        config,
        hostConfig,
        Path.of("/nowhere"),
        path ->
            switch (path) {
              case "/etc/passwd" -> PASSWD.getBytes(StandardCharsets.UTF_8);
              case "/etc/group" -> GROUP.getBytes(StandardCharsets.UTF_8);
              default -> null;
            },
        List.of(),
        new NamespaceTarget.Private(),
        new NamespaceTarget.Private(),
        new NamespaceTarget.Private(),
        "/docker/id",
        null,
        List.of());
  }
}
