package dev.priok.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.tests.support.DaemonUnderTest;
import dev.priok.tests.support.Eventually;
import dev.priok.tests.support.HostState;
import java.time.Duration;
import java.util.Random;
import java.util.Set;
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
  static final String NETWORK = "quay";

  private static final int ROUNDS = Integer.getInteger("priok.killnine.rounds", 50);
  private static final long SEED = Long.getLong("priok.killnine.seed", System.nanoTime());

  @Test
  void nothingIsLost() {
    Random random = new Random(SEED);
    HostState before = HostState.now();
    DaemonUnderTest daemon = DaemonUnderTest.withImage();
    Throwable failure = null;
    try {
      daemon.docker("network", "create", NETWORK).ok();
      String sleeper = d(daemon, "run", "-d", "--network", NETWORK, "busybox", "sleep", "100000");
      String resting =
          d(daemon, "run", "-d", "--restart", "unless-stopped", "busybox", "sleep", "100000");
      daemon.docker("stop", "-t", "0", resting).ok();
      Set<String> layers = daemon.layerFolders();
      HostState running = HostState.now();
      int libraries = unpacked(daemon);
      assertThat(libraries).as("libraries unpacked below the data root").isPositive();
      for (int round = 0; round < ROUNDS; round++) {
        String name = "round " + round + " of seed " + SEED;
        new KillNineRound(daemon, random, name).play(sleeper, resting);
        // Mounts, links, name spaces, cgroups, rules, ports and helpers; then folders of layers.
        Eventually.value(
            name + ": the machine is as before",
            Duration.ofSeconds(10),
            () -> HostState.now().addedSince(running),
            Set::isEmpty);
        assertThat(daemon.layerFolders()).as("%s: layer folders", name).isEqualTo(layers);
        assertThat(unpacked(daemon)).as("%s: unpacked libraries", name).isEqualTo(libraries);
        if ((round + 1) % 20 == 0) { // two hundred take an hour: somebody may be watching
          System.out.println((round + 1) + " rounds of kill -9");
        }
      }
    } catch (RuntimeException | AssertionError e) {
      failure = e;
      throw e;
    } finally {
      close(daemon, before, failure);
    }
  }

  /** How many libraries the daemon has unpacked; a new one unpacks its own. */
  private static int unpacked(DaemonUnderTest daemon) {
    String[] found = daemon.dataRoot().resolve("native").toFile().list();
    return found == null ? 0 : found.length;
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
}
