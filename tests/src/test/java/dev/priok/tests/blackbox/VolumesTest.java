package dev.priok.tests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.tests.support.DaemonUnderTest;
import dev.priok.tests.support.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Volumes, binds and tmpfs. */
@BlackBox
final class VolumesTest {
  @Test
  void namedVolumeKeepsItsContent(DaemonUnderTest d) {
    String v = d.name("volume");
    assertThat(d.docker("volume", "create", "--label", "a=b", v).ok().text()).isEqualTo(v);
    d.docker("run", "--rm", "-v", v + ":/data", "busybox", "sh", "-c", "echo kept > /data/file")
        .ok();
    assertThat(
            d.docker("run", "--rm", "-v", v + ":/data:ro", "busybox", "cat", "/data/file")
                .ok()
                .text())
        .isEqualTo("kept");
    d.docker("run", "--rm", "-v", v + ":/data:ro", "busybox", "touch", "/data/x").exits(1);
    assertThat(
            d.docker("volume", "inspect", "-f", "{{.Driver}} {{.Labels.a}} {{.Scope}}", v)
                .ok()
                .text())
        .isEqualTo("local b local");
    assertThat(d.docker("volume", "ls", "-q", "-f", "label=a=b").ok().lines()).containsExactly(v);
    assertThat(d.docker("volume", "ls", "-q", "-f", "name=" + v).ok().lines()).containsExactly(v);
    d.docker("volume", "rm", v).ok();
    assertThat(d.docker("volume", "inspect", v).exits(1).err())
        .containsIgnoringCase("no such volume");
  }

  @Test
  void aNewVolumeTakesTheImagesContent(DaemonUnderTest d) {
    String v = d.name("copyup");
    assertThat(
            d.docker("run", "--rm", "-v", v + ":/var/www", "busybox", "cat", "/var/www/index.html")
                .ok()
                .out())
        .contains("Hello");
    assertThat(
            d.docker(
                    "run",
                    "--rm",
                    "--mount",
                    "type=volume,src=" + d.name("empty") + ",dst=/var/www,volume-nocopy",
                    "busybox",
                    "ls",
                    "/var/www")
                .ok()
                .text())
        .isEmpty();
    d.docker("volume", "rm", v).ok();
  }

  @Test
  void aVolumeInUseStays(DaemonUnderTest d) {
    String v = d.name("used");
    String name = d.name("user");
    d.docker("run", "-d", "--name", name, "-v", v + ":/data", "busybox", "sleep", "60").ok();
    assertThat(d.docker("volume", "rm", v).exits(1).err()).contains("volume is in use");
    assertThat(d.docker("ps", "-q", "-f", "volume=" + v).ok().lines()).hasSize(1);
    d.docker("rm", "-f", name).ok();
    d.docker("volume", "rm", v).ok();
  }

  @Test
  void binds(DaemonUnderTest d) throws IOException {
    Path folder = d.scratch();
    Files.writeString(folder.resolve("in"), "from the machine");
    Outcome run =
        d.docker(
            "run",
            "--rm",
            "-v",
            folder + ":/bound",
            "busybox",
            "sh",
            "-c",
            "cat /bound/in; echo back > /bound/out");
    assertThat(run.ok().text()).isEqualTo("from the machine");
    assertThat(folder.resolve("out")).hasContent("back\n");
    d.docker("run", "--rm", "-v", folder + ":/bound:ro", "busybox", "touch", "/bound/x").exits(1);
    assertThat(
            d.docker(
                    "run",
                    "--rm",
                    "--mount",
                    "type=bind,src=/no/such/folder,dst=/x",
                    "busybox",
                    "true")
                .exits(125)
                .err())
        .contains("bind source path does not exist: /no/such/folder");
    Path made = folder.resolve("made");
    d.docker("run", "--rm", "-v", made + ":/x", "busybox", "true").ok();
    assertThat(made).isDirectory();
  }

  @Test
  void aFileAsBind(DaemonUnderTest d) throws IOException {
    Path file = Files.writeString(d.scratch().resolve("one"), "one file");
    assertThat(
            d.docker("run", "--rm", "-v", file + ":/etc/motd:ro", "busybox", "cat", "/etc/motd")
                .ok()
                .text())
        .isEqualTo("one file");
  }

  @Test
  void tmpfs(DaemonUnderTest d) {
    Outcome run =
        d.docker(
            "run",
            "--rm",
            "--tmpfs",
            "/scratch:size=1m,mode=1770",
            "busybox",
            "sh",
            "-c",
            "stat -c %a /scratch; grep ' /scratch ' /proc/mounts");
    assertThat(run.ok().out())
        .startsWith("1770\n")
        .contains("tmpfs /scratch tmpfs")
        .contains("size=1024k");
    d.docker(
            "run",
            "--rm",
            "--mount",
            "type=tmpfs,dst=/t,tmpfs-size=65536",
            "busybox",
            "sh",
            "-c",
            "head -c 200000 /dev/zero > /t/x")
        .exits(1);
  }

  @Test
  void volumesFromAnotherContainer(DaemonUnderTest d) {
    String name = d.name("source");
    d.docker(
            "run",
            "--name",
            name,
            "-v",
            "/shared",
            "busybox",
            "sh",
            "-c",
            "echo shared > /shared/x")
        .ok();
    assertThat(
            d.docker("run", "--rm", "--volumes-from", name, "busybox", "cat", "/shared/x")
                .ok()
                .text())
        .isEqualTo("shared");
    d.docker("rm", "-v", name).ok();
    assertThat(d.docker("volume", "ls", "-q").ok().lines()).isEmpty();
  }

  @Test
  void mountsInInspect(DaemonUnderTest d) {
    String name = d.name("mounts");
    String v = d.name("v");
    d.docker("create", "--name", name, "-v", v + ":/data", "busybox").ok();
    assertThat(
            d.inspect(
                name,
                "{{(index .Mounts 0).Type}} {{(index .Mounts 0).Name}} {{(index .Mounts 0).Destination}} {{(index .Mounts 0).RW}}"))
        .isEqualTo("volume " + v + " /data true");
  }

  @Test
  void badNamesAndPaths(DaemonUnderTest d) {
    assertThat(d.docker("volume", "create", "a/b").exits(1).err())
        .contains("includes invalid characters for a local volume name");
    assertThat(d.docker("run", "--rm", "-v", "/x:relative", "busybox", "true").exits(125).err())
        .contains("mount path must be absolute");
    assertThat(d.docker("run", "--rm", "-v", "/tmp:/", "busybox", "true").exits(125).err())
        .contains("destination can't be '/'");
  }
}
