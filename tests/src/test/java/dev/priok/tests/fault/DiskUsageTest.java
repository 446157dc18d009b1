package dev.priok.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.priok.tests.support.DaemonUnderTest;
import dev.priok.tests.support.HostState;
import dev.priok.tests.support.Shell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** {@code docker system df} and the prunes, beside what {@code du} counts. */
@Tag("blackbox")
@DisabledIfSystemProperty(named = "priok.peer", matches = ".+", disabledReason = "kills the daemon")
final class DiskUsageTest {
  private static final Percentage ONE = Percentage.withPercentage(1);
  private static final Shell HOST = new Shell(Map.of(), Duration.ofSeconds(60));

  private static JsonNode usage(DaemonUnderTest d, String query) {
    try {
      return new ObjectMapper().readTree(d.http().get("/system/df" + query).body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long volume(DaemonUnderTest d, String name) {
    for (JsonNode volume : usage(d, "?type=volume").get("Volumes")) {
      if (volume.get("Name").asText().equals(name)) {
        return volume.get("UsageData").get("Size").asLong();
      }
    }
    throw new AssertionError("no volume " + name);
  }

  private static long container(DaemonUnderTest d, String id) {
    for (JsonNode container : usage(d, "?type=container").get("Containers")) {
      if (container.get("Id").asText().equals(id)) {
        return container.get("SizeRw").asLong();
      }
    }
    throw new AssertionError("no container " + id);
  }

  /** Bytes of the files in a folder, hard links once: what du tells of files alone. */
  private static long du(String folder) {
    String files = "find " + folder + " ! -type d -print0";
    return Long.parseLong(
        HOST.run("sh", "-c", files + " | du -bc --files0-from=- | tail -1 | cut -f1").ok().text());
  }

  private static String mountpoint(DaemonUnderTest d, String volume) {
    return d.docker("volume", "inspect", "--format", "{{.Mountpoint}}", volume).ok().text();
  }

  private static String run(DaemonUnderTest d, String script) {
    return d.docker("run", "-d", "--net", "none", "-v", "data:/v", "busybox", "sh", "-c", script)
        .ok()
        .text();
  }

  @Test
  void sizesAreRightAtTheMomentTheyAreAskedFor() {
    HostState before = HostState.now();
    DaemonUnderTest d = DaemonUnderTest.withImage("-b", "none");
    try {
      String box = run(d, "sleep 1000");
      String upper = d.inspect(box, "{{.GraphDriver.Data.UpperDir}}");
      assertThat(container(d, box)).isZero();
      assertThat(volume(d, "data")).isZero();
      // A process writes: small files, a large one, a hard link, a file that grows, one that goes.
      d.docker(
              "exec",
              box,
              "sh",
              "-c",
              "for i in $(seq 300); do echo $i > /v/$i; done; mkdir /v/d;"
                  + " head -c 3000000 /dev/urandom > /v/d/large; ln /v/d/large /v/again;"
                  + " head -c 5000000 /dev/zero > /own")
          .ok();
      assertThat(volume(d, "data"))
          .isCloseTo(du(mountpoint(d, "data")), ONE)
          .isGreaterThan(3000000);
      assertThat(container(d, box)).isCloseTo(du(upper), ONE).isGreaterThanOrEqualTo(5000000);
      d.docker("exec", box, "sh", "-c", "head -c 2000000 /dev/zero >> /v/d/large; rm /own").ok();
      assertThat(volume(d, "data"))
          .isCloseTo(du(mountpoint(d, "data")), ONE)
          .isGreaterThan(5000000);
      assertThat(container(d, box)).isZero();
      // docker cp writes.
      d.docker("cp", "/bin/sh", box + ":/copied").ok();
      assertThat(container(d, box)).isPositive().isCloseTo(du(upper), ONE);
      // A container that is gone again wrote.
      d.docker(
              "run",
              "--rm",
              "--net",
              "none",
              "-v",
              "data:/v",
              "busybox",
              "sh",
              "-c",
              "head -c 4000000 /dev/zero >> /v/d/large")
          .ok();
      assertThat(volume(d, "data"))
          .isCloseTo(du(mountpoint(d, "data")), ONE)
          .isGreaterThan(9000000);
      // The host writes, below a folder.
      HOST.run("sh", "-c", "head -c 1500000 /dev/zero > $0/d/host", mountpoint(d, "data")).ok();
      assertThat(volume(d, "data"))
          .isCloseTo(du(mountpoint(d, "data")), ONE)
          .isGreaterThan(10500000);
      // Nobody saw what happened while the daemon was dead.
      String folder = mountpoint(d, "data");
      d.kill9();
      HOST.run("sh", "-c", "head -c 2500000 /dev/zero >> $0/d/host", folder).ok();
      d.restart();
      assertThat(volume(d, "data")).isCloseTo(du(folder), ONE).isGreaterThan(13000000);
      assertThat(d.docker("ps", "-s", "--format", "{{.Size}}").ok().text()).contains("virtual");
    } finally {
      d.closeAndExpect(before);
    }
  }

  @Test
  void layersCountOnceAndWhatCanBeReclaimedIsFreedByThePrunes() {
    HostState before = HostState.now();
    DaemonUnderTest d = DaemonUnderTest.withImage("-b", "none");
    try {
      long base = usage(d, "?type=image").get("LayersSize").asLong();
      String box = run(d, "head -c 2000000 /dev/zero > /more; head -c 1000000 /dev/zero > /v/x");
      d.docker("wait", box).ok();
      d.docker("commit", box, "second").ok();
      JsonNode all = usage(d, "");
      assertThat(all.get("LayersSize").asLong()).isEqualTo(base + 2000000);
      assertThat(all.get("BuildCache")).isEmpty();
      for (JsonNode image : all.get("Images")) {
        boolean second = image.get("RepoTags").toString().contains("second");
        assertThat(image.get("SharedSize").asLong()).isEqualTo(base);
        assertThat(image.get("Size").asLong()).isEqualTo(second ? base + 2000000 : base);
        assertThat(image.get("Containers").asInt()).isEqualTo(second ? 0 : 1);
      }
      assertThat(usage(d, "?type=volume").has("Images")).isFalse();
      assertThat(all.get("Volumes").get(0).get("UsageData").get("RefCount").asInt()).isEqualTo(1);
      assertThat(d.docker("system", "df", "-v").ok().text()).contains("second", "2MB", "data");
      assertThat(d.docker("image", "prune", "-af", "--filter", "label=none").ok().text())
          .isEqualTo("Total reclaimed space: 0B");
      assertThat(d.docker("image", "prune", "-af").ok().text())
          .contains("second")
          .endsWith("Total reclaimed space: 2MB");
      assertThat(d.docker("container", "prune", "-f", "--filter", "until=1h").ok().text())
          .isEqualTo("Total reclaimed space: 0B");
      d.docker("network", "create", "lonely").ok();
      assertThat(d.docker("system", "prune", "-f", "--volumes", "--filter", "label!=x").ok().text())
          .contains(box, "lonely")
          // The volume has a name and stays; the container's two megabytes go.
          .endsWith("Total reclaimed space: 2MB");
      assertThat(d.docker("volume", "prune", "-af").ok().text())
          .contains("data")
          .endsWith("Total reclaimed space: 1MB");
      // 0s would be the beginning of this second.
      String now = HOST.run("date", "+%s.%N").ok().text();
      assertThat(
              d.docker(
                      "events",
                      "--since",
                      "1h",
                      "--until",
                      now,
                      "--filter",
                      "event=prune",
                      "--format",
                      "{{.Type}} {{.Actor.Attributes.reclaimed}}")
                  .ok()
                  .lines())
          .contains("image 2000000", "container 2000000", "network 0", "volume 1000000");
    } finally {
      d.closeAndExpect(before);
    }
  }
}
