package dev.priok.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.tests.support.DaemonUnderTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

/** Clients that are busy when the daemon dies: what was answered to them must be true later. */
final class BusyClients {
  private final DaemonUnderTest daemon;
  private final Set<String> created = ConcurrentHashMap.newKeySet();
  private final Set<String> started = ConcurrentHashMap.newKeySet();
  private final Set<String> removed = ConcurrentHashMap.newKeySet();
  private final Set<String> volumes = ConcurrentHashMap.newKeySet();
  private final Set<String> goneVolumes = ConcurrentHashMap.newKeySet();
  private final Set<Integer> execCodes = ConcurrentHashMap.newKeySet();
  private final List<Thread> threads;

  BusyClients(DaemonUnderTest daemon, String sleeper) {
    this.daemon = daemon;
    this.threads =
        List.of(
            thread(this::creates),
            thread(this::starts),
            thread(this::removes),
            thread(this::runs),
            thread(this::volumes),
            thread(() -> execs(sleeper)));
  }

  private static Thread thread(Runnable work) {
    return Thread.ofVirtual().unstarted(work);
  }

  void start() {
    threads.forEach(Thread::start);
  }

  void join() {
    for (Thread thread : threads) {
      try {
        if (!thread.join(Duration.ofSeconds(60))) {
          throw new AssertionError("a client hangs after its daemon died");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("interrupted", e);
      }
    }
  }

  /** Repeats until the daemon is gone. */
  private static void untilItDies(BooleanSupplier step) {
    for (int i = 0; i < 100; i++) {
      if (!step.getAsBoolean()) {
        return;
      }
    }
  }

  private void creates() {
    untilItDies(() -> {
      var made = daemon.docker("create", "-v", "/anonymous", "busybox", "true");
      return made.exit() == 0 && created.add(made.text());
    });
  }

  private void starts() {
    untilItDies(() -> {
      var made = daemon.docker("run", "-d", "-p", "80", "busybox", "sleep", "1000");
      return made.exit() == 0 && started.add(made.text());
    });
  }

  private void removes() {
    untilItDies(() -> {
      var made = daemon.docker("run", "-d", "busybox", "sh", "-c", "echo x");
      return made.exit() == 0
          && daemon.docker("logs", made.text()).exit() == 0
          && daemon.docker("rm", "-f", "-v", made.text()).exit() == 0
          && removed.add(made.text());
    });
  }

  private void runs() {
    untilItDies(() -> daemon.docker("run", "--rm", "busybox", "true").exit() == 0);
  }

  private void volumes() {
    untilItDies(() -> {
      String volume = daemon.name("busy");
      if (daemon.docker("volume", "create", volume).exit() != 0) {
        return false;
      }
      volumes.add(volume);
      String mount = volume + ":/v";
      if (daemon.docker("run", "--rm", "-v", mount, "busybox", "touch", "/v/x").exit() != 0) {
        return false;
      }
      String other = daemon.name("busy");
      return daemon.docker("volume", "create", other).exit() == 0
          && daemon.docker("volume", "rm", other).exit() == 0
          && goneVolumes.add(other);
    });
  }

  private void execs(String sleeper) {
    untilItDies(() -> {
      int code = daemon.docker("exec", sleeper, "sh", "-c", "exit 3").exit();
      execCodes.add(code);
      return code == 3;
    });
  }

  void verify(String name) {
    List<String> all = daemon.docker("ps", "-aq", "--no-trunc").ok().lines();
    assertThat(all).as("%s: created containers are there", name).containsAll(created);
    assertThat(all).as("%s: started containers are there", name).containsAll(started);
    assertThat(all).as("%s: removed containers are gone", name).noneMatch(removed::contains);
    List<String> there = daemon.docker("volume", "ls", "-q").ok().lines();
    assertThat(there).as("%s: created volumes are there", name).containsAll(volumes);
    assertThat(there).as("%s: removed volumes are gone", name).noneMatch(goneVolumes::contains);
    // 1 and 255 are the docker command's own words for a daemon that has gone.
    assertThat(execCodes).as("%s: codes of execs", name).isSubsetOf(3, 1, 255);
    for (String id : started) {
      String state = daemon.inspect(id, "{{.State.Running}} {{.State.Pid}}");
      assertThat(state).as("%s: %s", name, id).startsWith("true ");
      assertThat(Path.of("/proc", state.substring("true ".length())))
          .as("%s: process of %s", name, id)
          .matches(Files::exists);
    }
  }

  /** Once there are no containers any more: whatever volume is left of a creation cut in two. */
  void clean() {
    for (String volume : daemon.docker("volume", "ls", "-q").ok().lines()) {
      if (volume.startsWith("busy-")) {
        daemon.docker("volume", "rm", volume).ok();
      }
    }
  }
}
