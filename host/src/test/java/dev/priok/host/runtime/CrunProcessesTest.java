package dev.priok.host.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.priok.host.runtime.CreateResult.Created;
import dev.priok.host.runtime.TestBundle.Collector;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is done for crun alone: its view of the control groups, and filters compiled once. */
final class CrunProcessesTest {
  private static final String PROFILE =
      """
      "seccomp":{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[
      {"names":["mkdir","mkdirat"],"action":"SCMP_ACT_ERRNO"}]},
      """;

  private TestBundle bundle;

  @BeforeEach
  void open() throws Exception {
    bundle = new TestBundle();
    assumeTrue(
        new OciRuntimes(Map.of(), null).all().containsKey("crun") && CgroupViews.crunWorksHere());
  }

  @AfterEach
  void close() throws Exception {
    bundle.close();
  }

  @Test
  void theFilterIsCompiledHereAndHoldsForExecToo() throws Exception {
    for (int round = 0; round < 2; round++) {
      String id = TestBundle.id();
      Created created = create(id, "sh", "-c", "busybox mkdir /tmp/x || echo refused; sleep 100");
      Path config = bundle.dir.resolve("run/bundles").resolve(id).resolve("config.json");
      assertThat(Files.readString(config).contains(SeccompFilters.ANNOTATION)).isTrue();
      Collector seen = new Collector();
      created.attachment().subscribe(seen);
      bundle.processes.start(id);
      seen.awaitText("refused");

      ExecResult result =
          bundle.processes.exec(
              new ExecLaunch(
                  id,
                  "e1",
                  TestBundle.process(false, "sh", "-c", "busybox mkdir /tmp/y || exit 9"),
                  true,
                  false,
                  false,
                  ""));
      assertThat(result).isInstanceOf(ExecResult.Running.class);
      ExecResult.Running running = (ExecResult.Running) result;
      running.attachment().subscribe(new Collector()); // its end waits for somebody to read
      assertThat(running.exit().toCompletableFuture().get(20, TimeUnit.SECONDS)).isEqualTo(9);
      bundle.processes.killAll(id);
      bundle.awaitExit();
      bundle.processes.delete(id);
      bundle.processes.acknowledge(id);
    }
  }

  @Test
  void itsProcessesAreInTheirGroupsAndNothingOfThemStays() throws Exception {
    String id = TestBundle.id();
    Created created = create(id, "sleep", "100");
    String groups = Files.readString(Path.of("/proc", Integer.toString(created.pid()), "cgroup"));
    assertThat(groups).contains("/priok-test/" + id);
    String mounts = Files.readString(Path.of("/proc/self/mountinfo"));
    assertThat(mounts.lines().filter(line -> line.contains("/sys/fs/cgroup/unified")).count())
        .as("what is hidden from crun is hidden from nobody else")
        .isLessThanOrEqualTo(1);
    bundle.processes.start(id);
    bundle.processes.killAll(id);
    bundle.awaitExit();
    bundle.processes.delete(id);
    bundle.processes.acknowledge(id);
    for (Path mount : CgroupDirectories.mounts()) {
      assertThat(mount.resolve("priok-test").resolve(id)).doesNotExist();
    }
  }

  private Created create(String id, String... args) {
    Supervision settings =
        SupervisionBuilder.builder(bundle.supervision(id, false, false)).runtime("crun").build();
    String config = new String(bundle.config(id, false, args), StandardCharsets.UTF_8);
    byte[] filtered =
        config
            .replace("\"linux\":{", "\"annotations\":{},\"linux\":{" + PROFILE.strip())
            .getBytes(StandardCharsets.UTF_8);
    CreateResult result = bundle.processes.create(settings, filtered);
    assertThat(result).isInstanceOf(Created.class);
    return (Created) result;
  }
}
