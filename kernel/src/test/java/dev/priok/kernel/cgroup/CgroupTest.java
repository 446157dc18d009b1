package dev.priok.kernel.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.kernel.fs.MountInfo;
import dev.priok.kernel.process.Children;
import dev.priok.kernel.process.Signals;
import dev.priok.kernel.process.Spawn;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CgroupTest {
  private static final Duration SOON = Duration.ofSeconds(5);

  @TempDir Path temp;

  @Test
  void drivesAGroupOfItsOwn() throws Exception {
    CgroupLayout layout = CgroupLayout.detect();
    String name = "/priok-test-" + ProcessHandle.current().pid();
    List<Path> made = new ArrayList<>();
    for (CgroupLayout.Hierarchy hierarchy : hierarchies(layout)) {
      Path directory = hierarchy.directory(name);
      if (!directory.toString().contains("cpuset")) { // needs set-up before it takes processes
        made.add(Files.createDirectories(directory.resolve("below")).getParent());
      }
    }
    Cgroup group = layout.group(name);
    int pid = new Spawn(Path.of("/bin/sleep")).arguments("60").start();
    boolean reaped = false;
    try {
      for (Path directory : made) {
        Files.writeString(directory.resolve("below/cgroup.procs"), Integer.toString(pid));
      }
      assertThat(group.exists()).isTrue();
      assertThat(group.processes()).containsExactly(pid);
      Cgroup found = layout.ofProcess(pid);
      assertThat(found.allDirectories())
          .containsAll(made.stream().map(directory -> directory.resolve("below")).toList());
      CgroupStats stats = found.stats();
      if (layout.has("pids")) {
        assertThat(stats.pids()).isEqualTo(new CgroupStats.Pids(1, 0));
      }
      assertThat(stats.memory().limit()).isEqualTo(CgroupStats.Memory.UNLIMITED);
      group.freeze(SOON);
      assertThat(group.isFrozen()).isTrue();
      group.kill(SOON);
      assertThat(Children.waitFor(pid).signal()).isEqualTo(Signals.KILL);
      reaped = true;
      assertThat(group.processes()).isEmpty();
    } finally {
      if (!reaped) {
        group.thaw(SOON);
        group.kill(SOON);
        assertThat(Children.waitFor(pid).signal()).isEqualTo(Signals.KILL);
      }
      group.remove(SOON);
    }
    assertThat(group.exists()).isFalse();
    assertThat(made).noneMatch(Files::exists);
  }

  @Test
  void leavesTheTopAlone() throws Exception {
    Cgroup top = CgroupLayout.detect().group("/");
    assertThat(top.processes()).isEmpty();
    assertThat(top.isFrozen()).isFalse();
    top.remove(Duration.ZERO);
    assertThat(top.exists()).isTrue();
    assertThat(top.stats().cpu().total()).isNotNegative();
  }

  @Test
  void readsVersionTwo() throws Exception {
    Files.writeString(temp.resolve("cgroup.controllers"), "cpu io memory pids\n");
    Path directory = Files.createDirectory(temp.resolve("g"));
    Map<String, String> files =
        Map.of(
            "cpu.stat",
                """
                usage_usec 30
                user_usec 20
                system_usec 10
                nr_periods 4
                nr_throttled 2
                throttled_usec 7
                """,
            "memory.current", "1000\n",
            "memory.peak", "2000\n",
            "memory.max", "max\n",
            "memory.events", "low 0\noom 3\noom_kill 1\n",
            "memory.stat", "anon 600\ninactive_file 400\n",
            "pids.current", "5\n",
            "pids.max", "9\n",
            "io.stat", "8:0 rbytes=11 wbytes=22 rios=1 wios=2 dbytes=0 dios=0\n7:0 \n");
    for (Map.Entry<String, String> file : files.entrySet()) {
      Files.writeString(directory.resolve(file.getKey()), file.getValue());
    }
    MountInfo mount = MountInfo.parse("1 2 0:1 / " + temp + " rw - cgroup2 cgroup2 rw");
    CgroupLayout layout = CgroupLayout.of(List.of(mount));
    assertThat(layout.generation()).isEqualTo(CgroupLayout.Generation.V2);
    assertThat(layout.version()).isEqualTo(2);
    assertThat(layout.controllers()).isEqualTo(Set.of("cpu", "io", "memory", "pids"));
    CgroupStats stats = layout.group("/g").stats();
    assertThat(stats.cpu())
        .isEqualTo(new CgroupStats.Cpu(30_000, 20_000, 10_000, List.of(), 4, 2, 7_000));
    assertThat(stats.memory())
        .isEqualTo(
            new CgroupStats.Memory(
                1000, 2000, 3, Long.MAX_VALUE, 1, Map.of("anon", 600L, "inactive_file", 400L)));
    assertThat(stats.memory().usageWithoutCache()).isEqualTo(600);
    assertThat(stats.pids()).isEqualTo(new CgroupStats.Pids(5, 9));
    assertThat(stats.ioBytes())
        .containsExactly(
            new CgroupStats.Io(8, 0, "read", 11), new CgroupStats.Io(8, 0, "write", 22));
    assertThat(stats.ioOperations())
        .containsExactly(new CgroupStats.Io(8, 0, "read", 1), new CgroupStats.Io(8, 0, "write", 2));
  }

  private static Iterable<CgroupLayout.Hierarchy> hierarchies(CgroupLayout layout) {
    Map<Path, CgroupLayout.Hierarchy> distinct = new java.util.TreeMap<>();
    layout.hierarchies().values().forEach(h -> distinct.put(h.mountPoint(), h));
    CgroupLayout.Hierarchy unified = layout.unified();
    if (unified != null) {
      distinct.put(unified.mountPoint(), unified);
    }
    assertThat(new TreeSet<>(distinct.keySet())).isNotEmpty();
    return distinct.values();
  }
}
