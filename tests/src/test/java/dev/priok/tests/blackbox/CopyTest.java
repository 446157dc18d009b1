package dev.priok.tests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.tests.support.DaemonUnderTest;
import dev.priok.tests.support.Outcome;
import dev.priok.tests.support.Tars;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;

/** docker cp in both directions. */
@BlackBox
final class CopyTest {
  @Test
  void filesFoldersAndStreams(DaemonUnderTest d) throws IOException {
    String name = d.name("cp");
    d.docker("run", "-d", "--name", name, "busybox", "sleep", "60").ok();
    Path from = d.scratch();
    Files.createDirectories(from.resolve("tree/deep"));
    Files.writeString(from.resolve("tree/deep/file"), "content");
    Files.createSymbolicLink(from.resolve("tree/link"), Path.of("deep/file"));
    Files.setPosixFilePermissions(
        from.resolve("tree/deep/file"), PosixFilePermissions.fromString("rwx--x--x"));
    d.docker("cp", from.resolve("tree").toString(), name + ":/tmp").ok();
    assertThat(d.docker("exec", name, "cat", "/tmp/tree/link").ok().text()).isEqualTo("content");
    assertThat(d.docker("exec", name, "stat", "-c", "%a", "/tmp/tree/deep/file").ok().text())
        .isEqualTo("711");
    Path to = d.scratch();
    d.docker("cp", name + ":/tmp/tree", to.toString()).ok();
    assertThat(to.resolve("tree/deep/file")).hasContent("content");
    assertThat(Files.isSymbolicLink(to.resolve("tree/link"))).isTrue();
    Outcome tar = d.docker("cp", name + ":/etc/group", "-").ok();
    assertThat(tar.out()).startsWith("group").contains("operator");
  }

  @Test
  void alsoWhenItDoesNotRun(DaemonUnderTest d) throws IOException {
    String name = d.name("cp");
    d.docker("create", "--name", name, "busybox", "cat", "/put").ok();
    Path file = d.scratch().resolve("put");
    Files.writeString(file, "before the start");
    d.docker("cp", file.toString(), name + ":/put").ok();
    assertThat(d.docker("start", "-a", name).ok().out()).isEqualTo("before the start");
  }

  @Test
  void intoAVolume(DaemonUnderTest d) throws IOException {
    String name = d.name("cp");
    d.docker("create", "--name", name, "-v", "/data", "busybox", "cat", "/data/put").ok();
    Path file = d.scratch().resolve("put");
    Files.writeString(file, "in the volume");
    d.docker("cp", file.toString(), name + ":/data/put").ok();
    assertThat(d.docker("start", "-a", name).ok().out()).isEqualTo("in the volume");
  }

  @Test
  void whatIsNotThere(DaemonUnderTest d) {
    String name = d.name("cp");
    d.docker("create", "--name", name, "busybox").ok();
    assertThat(d.docker("cp", name + ":/no/such/path", "-").exits(1).err())
        .contains("Could not find the file /no/such/path in container " + name);
  }

  @Test
  void aLinkInsideNeverLeadsOutside(DaemonUnderTest d) throws IOException {
    String name = d.name("cp");
    Path outside = d.scratch();
    d.docker("run", "--name", name, "busybox", "ln", "-s", outside.toString(), "/way-out").ok();
    Path file = d.scratch().resolve("evil");
    Files.writeString(file, "evil");
    d.docker("cp", file.toString(), name + ":/way-out/evil");
    assertThat(outside.resolve("evil")).doesNotExist();
    d.docker(Tars.of("../../../../../.." + outside + "/evil", "evil"), "cp", "-", name + ":/tmp");
    assertThat(outside.resolve("evil")).doesNotExist();
  }
}
