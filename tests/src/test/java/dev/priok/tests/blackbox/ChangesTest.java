package dev.priok.tests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.tests.support.DaemonUnderTest;
import java.util.List;
import org.junit.jupiter.api.Test;

/** docker diff, commit and export: a container's own work and nothing else. */
@BlackBox
final class ChangesTest {
  private static String ran(DaemonUnderTest d, String script) {
    String name = d.name("changes");
    d.docker("run", "--name", name, "busybox", "sh", "-c", script).ok();
    return name;
  }

  @Test
  void aContainerThatDidNothingHasNoChanges(DaemonUnderTest d) {
    assertThat(d.docker("diff", ran(d, "true")).ok().out()).isEmpty();
  }

  @Test
  void onlyItsOwnWorkIsListed(DaemonUnderTest d) {
    String name = ran(d, "echo x > /etc/mine; mkdir /new; echo y > /new/file");
    assertThat(d.docker("diff", name).ok().lines())
        .containsExactlyInAnyOrder("C /etc", "A /etc/mine", "A /new", "A /new/file");
  }

  @Test
  void aCommittedImageHoldsNoMountPoints(DaemonUnderTest d) {
    String name = ran(d, "echo x > /etc/mine");
    String image = "committed:" + name;
    d.docker("commit", name, image).ok();
    String folder = d.scratch().toString();
    String unpack = "docker save " + image + " | tar -x -C " + folder;
    String list = "find " + folder + " -type f -exec tar -tf {} ';' 2>&1";
    String layers = d.shell().run("sh", "-c", unpack + " && " + list).out();
    assertThat(layers.lines().toList())
        .contains("etc/mine")
        .doesNotContain("etc/hosts", "etc/hostname", "etc/resolv.conf", "etc/mtab", ".dockerenv");
    d.docker("rmi", image).ok();
  }

  @Test
  void theMountPointsAreThere(DaemonUnderTest d) {
    String name = ran(d, "test -f /.dockerenv && readlink /etc/mtab");
    assertThat(d.docker("logs", name).ok().text()).isEqualTo("/proc/mounts");
    List<String> exported =
        d.shell().run("sh", "-c", "docker export " + name + " | tar -t").ok().lines();
    assertThat(exported)
        .contains(".dockerenv", "etc/hosts", "etc/hostname", "etc/resolv.conf", "etc/mtab")
        .contains("dev/console", "dev/pts/", "dev/shm/", "proc/", "sys/");
  }
}
