package dev.priok.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.tests.support.DaemonUnderTest;
import dev.priok.tests.support.Eventually;
import dev.priok.tests.support.HostState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/**
 * Kills the daemon at random instants while containers are created, started, logged from and
 * removed. After each restart: what ran runs on, what ended has its exit code and its whole log,
 * what was answered is true, and at the end nothing is left over.
 */
@Tag("blackbox")
@DisabledIfSystemProperty(named = "priok.peer", matches = ".+", disabledReason = "kills the daemon")
final class KillNineTest {
  private static final int ROUNDS = Integer.getInteger("priok.killnine.rounds", 50);
  private static final long SEED = Long.getLong("priok.killnine.seed", System.nanoTime());

  @Test
  void nothingIsLost() {
    Random random = new Random(SEED);
    HostState before = HostState.now();
    DaemonUnderTest daemon = DaemonUnderTest.withImage();
    Throwable failure = null;
    try {
      Set<String> layers = daemon.layerFolders();
      HostState running = HostState.now();
      String always =
          d(daemon, "run", "-d", "--restart", "always", "busybox", "sh", "-c", "sleep 0.3; exit 1");
      String sleeper = d(daemon, "run", "-d", "busybox", "sleep", "100000");
      for (int round = 0; round < ROUNDS; round++) {
        new Round(daemon, random, sleeper).play("round " + round + " of seed " + SEED);
        Eventually.holds(
            "the restart policy acts, seed " + SEED,
            Duration.ofSeconds(70),
            () -> daemon.inspect(always, "{{.State.Running}}").equals("true"));
      }
      daemon.removeEverything();
      Eventually.value(
          "the machine is as before, seed " + SEED,
          Duration.ofSeconds(10),
          () -> HostState.now().addedSince(running),
          Set::isEmpty);
      assertThat(daemon.layerFolders()).as("layer folders, seed %d", SEED).isEqualTo(layers);
    } catch (RuntimeException | AssertionError e) {
      failure = e;
      throw e;
    } finally {
      close(daemon, before, failure);
    }
  }

  /** What is left over after a failure follows from it and must not hide it. */
  private static void close(DaemonUnderTest daemon, HostState before, @Nullable Throwable failure) {
    if (failure == null) {
      daemon.closeAndExpect(before);
      return;
    }
    failure.addSuppressed(new AssertionError("the daemon's log ends with\n" + daemon.tail()));
    try {
      daemon.closeAndExpect(before);
    } catch (RuntimeException | AssertionError e) {
      failure.addSuppressed(e);
    }
  }

  private static String d(DaemonUnderTest daemon, String... arguments) {
    return daemon.docker(arguments).ok().text();
  }

  /** One kill, and what must hold after it. */
  private static final class Round {
    private final DaemonUnderTest daemon;
    private final Random random;
    private final String sleeper;
    private final Clients clients;

    Round(DaemonUnderTest daemon, Random random, String sleeper) {
      this.daemon = daemon;
      this.random = random;
      this.sleeper = sleeper;
      this.clients = new Clients(daemon);
    }

    void play(String name) {
      final String pid = daemon.inspect(sleeper, "{{.State.Pid}}");
      // Counts on while the daemon is dead, then ends with a code of its own.
      final int last = 20 + random.nextInt(40);
      final String counter =
          d(
              daemon,
              "run",
              "-d",
              "busybox",
              "sh",
              "-c",
              "i=0; while [ $i -lt "
                  + last
                  + " ]; do echo line $i; i=$((i+1)); sleep 0.02; done; exit 7");
      final String ended = d(daemon, "create", "busybox", "sh", "-c", "echo whole; exit 5");
      daemon.docker("start", "-a", ended).exits(5);
      clients.start();
      Eventually.pause(Duration.ofMillis(random.nextInt(900)));
      daemon.kill9();
      clients.join();
      Eventually.pause(Duration.ofMillis(random.nextInt(300)));
      daemon.restart();

      assertThat(daemon.inspect(sleeper, "{{.State.Running}} {{.State.Pid}}"))
          .as("%s: what ran runs on", name)
          .isEqualTo("true " + pid);
      assertThat(d(daemon, "exec", sleeper, "echo", "managed")).as(name).isEqualTo("managed");
      assertThat(daemon.inspect(ended, "{{.State.Status}} {{.State.ExitCode}}"))
          .as("%s: exit codes stay", name)
          .isEqualTo("exited 5");
      assertThat(d(daemon, "logs", ended)).as(name).isEqualTo("whole");
      assertThat(d(daemon, "wait", counter)).as("%s: an exit nobody watched", name).isEqualTo("7");
      List<String> lines = daemon.docker("logs", counter).ok().lines();
      assertThat(lines)
          .as("%s: no log line is lost or doubled", name)
          .isEqualTo(IntStream.range(0, last).mapToObj(i -> "line " + i).toList());
      clients.verify(name);
      daemon.docker("rm", "-f", counter, ended).ok();
      clients.clean();
    }
  }

  /** Clients that are busy when the daemon dies: what was answered to them must be true later. */
  private static final class Clients {
    private final DaemonUnderTest daemon;
    private final Set<String> created = java.util.concurrent.ConcurrentHashMap.newKeySet();
    private final Set<String> started = java.util.concurrent.ConcurrentHashMap.newKeySet();
    private final Set<String> removed = java.util.concurrent.ConcurrentHashMap.newKeySet();
    private final List<Thread> threads;

    Clients(DaemonUnderTest daemon) {
      this.daemon = daemon;
      this.threads =
          List.of(
              thread(this::creates),
              thread(this::starts),
              thread(this::removes),
              thread(this::runs));
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
    private void untilItDies(java.util.function.BooleanSupplier step) {
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

    void verify(String name) {
      List<String> all = daemon.docker("ps", "-aq", "--no-trunc").ok().lines();
      assertThat(all).as("%s: created containers are there", name).containsAll(created);
      assertThat(all).as("%s: started containers are there", name).containsAll(started);
      assertThat(all).as("%s: removed containers are gone", name).noneMatch(removed::contains);
      for (String id : started) {
        assertThat(daemon.inspect(id, "{{.State.Running}}"))
            .as("%s: %s", name, id)
            .isEqualTo("true");
        String pid = daemon.inspect(id, "{{.State.Pid}}");
        assertThat(Path.of("/proc", pid)).as("%s: process of %s", name, id).matches(Files::exists);
      }
    }

    void clean() {
      List<String> mine =
          daemon.docker("ps", "-aq", "--no-trunc", "--filter", "ancestor=busybox").ok().lines();
      for (String id : mine) {
        if (!daemon
            .inspect(id, "{{.Config.Cmd}} {{.HostConfig.RestartPolicy.Name}}")
            .matches("\\[sleep 100000\\].*|.*always")) {
          daemon.docker("rm", "-f", "-v", id).ok();
        }
      }
    }
  }
}
