package dev.priok.tests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.tests.support.DaemonUnderTest;
import dev.priok.tests.support.Tars;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * A container that exchanges directories and links as fast as it can while files are copied in and
 * out: whatever it does, nothing outside of its root is read or written.
 */
@BlackBox
final class HostileCopyTest {
  private static final Duration TIME = Duration.ofSeconds(6);

  /** {@code d} is now a directory, now a link to the host's folder, which the container has not. */
  private static String swapping(Path outside) {
    return "mkdir -p /w/real; echo inside > /w/real/file; ln -s "
        + outside
        + " /w/link; ln -s ../../../../../../../../.."
        + outside
        + " /w/up; cp -r /w/real /w/d; while :; do mv /w/d /w/old; mv /w/link /w/d; mv /w/d"
        + " /w/link; mv /w/up /w/d; mv /w/d /w/up; mv /w/old /w/d; done";
  }

  @Test
  void copiesStayInside(DaemonUnderTest d) throws IOException {
    Path outside = d.scratch().resolve("outside");
    Files.createDirectory(outside);
    Files.writeString(outside.resolve("file"), "SECRET OF THE HOST");
    String name = d.name("hostile");
    String volume = d.name("shared");
    d.docker(
            "run",
            "-d",
            "--name",
            name,
            "-v",
            volume + ":/w",
            "busybox",
            "sh",
            "-c",
            swapping(outside))
        .ok();
    String root = d.name("inroot");
    d.docker("run", "-d", "--name", root, "busybox", "sh", "-c", swapping(outside)).ok();
    byte[] tar = Tars.of("planted", "from the client");
    byte[] deep = Tars.of("d/planted", "from the client");
    int inside = 0;
    int rounds = 0;
    long end = System.nanoTime() + TIME.toNanos();
    while (System.nanoTime() < end) {
      for (String container : new String[] {name, root}) {
        for (String path : new String[] {"/w/d/file", "/w/d", "/w/d/.", "/w"}) {
          String out = d.docker("cp", container + ":" + path, "-").out();
          assertThat(out).as(path).doesNotContain("SECRET");
          inside += out.contains("inside") ? 1 : 0;
        }
        d.docker(tar, "cp", "-", container + ":/w/d");
        d.docker(deep, "cp", "-", container + ":/w");
        d.docker("cp", "-L", container + ":/w/d", "-");
        rounds++;
      }
    }
    try (Stream<Path> files = Files.list(outside)) {
      assertThat(files.map(f -> String.valueOf(f.getFileName()))).containsExactly("file");
    }
    assertThat(outside.resolve("file")).hasContent("SECRET OF THE HOST");
    // The test would prove nothing if every copy had failed.
    assertThat(inside).isPositive();
    assertThat(rounds).isGreaterThan(1);
    d.docker("rm", "-f", "-v", name, root).ok();
    d.docker("volume", "rm", volume);
  }
}
