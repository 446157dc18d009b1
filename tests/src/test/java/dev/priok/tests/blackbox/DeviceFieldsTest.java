package dev.priok.tests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.tests.support.DaemonUnderTest;
import dev.priok.tests.support.Outcome;
import dev.priok.tests.support.RawHttp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** Devices of the host inside a container. */
@BlackBox
final class DeviceFieldsTest {
  @Test
  void aDeviceUnderAnotherName(DaemonUnderTest d) {
    assertThat(
            d.docker(
                    "run",
                    "--rm",
                    "--device",
                    "/dev/zero:/dev/nothing",
                    "busybox",
                    "sh",
                    "-c",
                    "head -c 3 /dev/nothing | od -An -tx1")
                .ok()
                .text())
        .isEqualTo("00 00 00");
  }

  @Test
  void permissionsBite(DaemonUnderTest d) {
    Path device = d.scratch().resolve("loop");
    d.shell().run("mknod", device.toString(), "c", "10", "237").ok();
    Outcome run =
        d.docker(
            "run",
            "--rm",
            "--device",
            device + ":/dev/asked:r",
            "busybox",
            "sh",
            "-c",
            "head -c 0 /dev/asked && echo reads; : >/dev/asked");
    assertThat(run.text()).isEqualTo("reads");
    assertThat(run.err()).contains("Operation not permitted");
  }

  @Test
  void aWholeFolder(DaemonUnderTest d) {
    String folder = d.scratch().resolve("devices").toString();
    d.shell().run("mkdir", folder).ok();
    d.shell().run("mknod", folder + "/nothing", "c", "1", "3").ok();
    d.shell().run("mknod", folder + "/loop", "c", "10", "237").ok();
    String own = folder + ":/dev/own";
    assertThat(d.docker("run", "--rm", "--device", own, "busybox", "ls", "/dev/own").ok().lines())
        .containsExactlyInAnyOrder("loop", "nothing");
    d.shell().run("rm", folder + "/loop", folder + "/nothing").ok();
    assertThat(d.docker("run", "--rm", "--device", own, "busybox", "true").exits(125).err())
        .contains("not a device node");
  }

  @Test
  void whatIsNoDevice(DaemonUnderTest d) {
    assertThat(
            d.docker("run", "--rm", "--device", "/dev/none-such", "busybox", "true")
                .exits(127)
                .err())
        .contains(
            "error gathering device information while adding custom device \"/dev/none-such\":"
                + " no such file or directory");
    assertThat(
            d.docker("run", "--rm", "--device", "/etc/passwd", "busybox", "true").exits(125).err())
        .contains("not a device node");
  }

  @Test
  void cgroupRules(DaemonUnderTest d) {
    String script = "mknod /x c 10 237 && head -c 0 /x && echo allowed";
    assertThat(
            d.docker(
                    "run",
                    "--rm",
                    "--device-cgroup-rule",
                    "c 10:237 rwm",
                    "busybox",
                    "sh",
                    "-c",
                    script)
                .ok()
                .text())
        .isEqualTo("allowed");
    assertThat(d.docker("run", "--rm", "busybox", "sh", "-c", script).exit()).isNotZero();
  }

  @Test
  void requestsWithoutADriver(DaemonUnderTest d) {
    assertThat(d.docker("run", "--rm", "--gpus", "all", "busybox", "true").exits(125).err())
        .contains("could not select device driver \"\" with capabilities: [[gpu]]");
    String id =
        Requests.id(
            d,
            "{\"HostConfig\":{\"DeviceRequests\":[{\"Driver\":\"nvidia\",\"DeviceIDs\":[\"0\"],"
                + "\"Options\":{\"a\":\"b\"},\"Capabilities\":[[\"gpu\",\"compute\"]]}]}}");
    RawHttp.Answer start = d.http().post("/v1.45/containers/" + id + "/start", "");
    assertThat(start.status()).isEqualTo(500);
    assertThat(Requests.message(start))
        .isEqualTo("could not select device driver \"nvidia\" with capabilities: [[gpu compute]]");
  }

  /** Docker 26 has this switched off. */
  @Test
  @DisabledIfSystemProperty(named = "priok.peer", matches = ".+", disabledReason = "off there")
  void describedByTheirMakers(DaemonUnderTest shared) throws IOException {
    Path folder = shared.scratch();
    Path source = Files.writeString(shared.scratch().resolve("lib"), "library\n");
    Files.writeString(
        folder.resolve("vendor.yaml"),
        """
        cdiVersion: 0.6.0
        kind: vendor.com/thing
        containerEdits:
          env: [ "ALL=1" ]
        devices:
          - name: first
            containerEdits:
              env: [ "FIRST=yes" ]
              deviceNodes:
                - path: /dev/thing0
                  hostPath: /dev/zero
                  permissions: rw
              mounts:
                - hostPath: %s
                  containerPath: /usr/lib/thing
                  options: [ "ro", "bind" ]
        """
            .formatted(source));
    Files.writeString(
        folder.resolve("other.json"),
        "{\"cdiVersion\":\"0.6.0\",\"kind\":\"other.com/thing\",\"devices\":[{\"name\":\"y\","
            + "\"containerEdits\":{\"env\":[\"OTHER=1\"]}}]}");
    try (DaemonUnderTest d =
        DaemonUnderTest.withImage("-b", "none", "--cdi-spec-dir", folder.toString())) {
      String script =
          "echo $ALL $FIRST $OTHER; cat /usr/lib/thing; head -c 1 /dev/thing0 | od -An -tx1;"
              + " echo x >/usr/lib/thing";
      Outcome run =
          d.docker(
              "run",
              "--rm",
              "--network",
              "none",
              "--device",
              "vendor.com/thing=first",
              "--device",
              "other.com/thing=y",
              "busybox",
              "sh",
              "-c",
              script);
      assertThat(run.lines()).as(run.toString()).containsExactly("1 yes 1", "library", " 00");
      assertThat(run.err()).contains("Read-only file system");
      assertThat(
              d.docker(
                      "run",
                      "--rm",
                      "--network",
                      "none",
                      "--device",
                      "vendor.com/thing=second",
                      "busybox",
                      "true")
                  .exits(125)
                  .err())
          .contains(
              "CDI device injection failed: unresolvable CDI devices vendor.com/thing=second");
      assertThat(
              Requests.message(
                  d.http()
                      .post(
                          "/v1.45/containers/"
                              + Requests.id(
                                  d,
                                  "{\"HostConfig\":{\"NetworkMode\":\"none\",\"DeviceRequests\":[{\"Driver\":\"cdi\",\"Count\":1}]}}")
                              + "/start",
                          "")))
          .isEqualTo("unexpected count in CDI device request");
      d.removeEverything();
    }
  }
}
