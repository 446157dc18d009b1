package dev.priok.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.tests.support.DaemonUnderTest;
import dev.priok.tests.support.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What else there is in a round of {@link KillNineTest}: health checks, counted restarts, logs of
 * other drivers, an exec that nobody waits for, and named volumes. All of it must end as it would
 * have ended without a kill.
 */
final class KillNineMix {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int BURSTS = 10;
  private static final int BURST = 300;
  private static final int RETRIES = 3;
  private static final String LOG =
      IntStream.rangeClosed(1, BURSTS * BURST)
          .mapToObj(i -> i + "\n")
          .collect(Collectors.joining());

  private final DaemonUnderTest daemon;
  private final String name;
  private final String volume;
  private final String well;
  private final String ill;
  private final String retried;
  private final List<String> writers;
  private final String exec;

  /**
   * Starts everything. The health checks have given their first verdict when this returns, all else
   * is in the middle.
   *
   * @param tenths of a second: how long the exec and, about, the logs last
   */
  KillNineMix(DaemonUnderTest daemon, String name, int tenths) {
    this.daemon = daemon;
    this.name = name;
    this.volume = daemon.name("kept");
    daemon.docker("volume", "create", volume).ok();
    well = probed("test ! -e /tmp/ill", "-v", volume + ":/kept");
    ill = probed("false", "--health-retries", "1");
    becomes(well, "healthy");
    becomes(ill, "unhealthy");
    String writes =
        "i=0; while [ $i -lt %d ]; do seq $((i*%d+1)) $(((i+1)*%d)); i=$((i+1)); sleep 0.%02d; done"
            .formatted(BURSTS, BURST, BURST, tenths);
    writers =
        List.of(
            logs(writes, "local", "max-size=2k", "max-file=100"),
            logs(writes, "json-file", "max-size=10k", "max-file=100", "compress=true"));
    exec =
        daemon.detachedExec(
            well,
            "echo begun >> /kept/exec; sleep %d.%d; echo ended >> /kept/exec; exit 6"
                .formatted(tenths / 10, tenths % 10));
    retried =
        run(
            List.of("--restart", "on-failure:" + RETRIES, "-v", volume + ":/kept"),
            "echo run >> /kept/runs; sleep 0.1; exit 3");
  }

  /** What must hold when the daemon is back. */
  void verify() {
    // The verdicts are the former daemon's and not a new beginning.
    assertThat(health(well)).as("%s: a healthy container", name).isEqualTo("healthy");
    assertThat(health(ill)).as("%s: an unhealthy container", name).isEqualTo("unhealthy");
    daemon.docker("exec", well, "touch", "/tmp/ill").ok();
    becomes(well, "unhealthy");
    assertThat(daemon.docker("volume", "rm", volume).exits(1).err())
        .as("%s: volumes of containers are in use", name)
        .contains("volume is in use");
    Eventually.value(
        name + ": an exec that nobody waited for has its exit code",
        LIMIT,
        () -> daemon.http().get("/exec/" + exec + "/json").body(),
        body -> body.contains("\"ExitCode\":6"));
    assertThat(kept("exec")).as("%s: the exec ran on, once", name).isEqualTo("begun\nended\n");
    for (String writer : writers) {
      daemon.docker("wait", writer).ok();
      assertThat(daemon.docker("logs", writer).ok().out())
          .as("%s: every line of %s's log once", name, writer)
          .isEqualTo(LOG);
    }
    String state = "{{.State.Status}} {{.State.ExitCode}} {{.RestartCount}}";
    Eventually.value(
        name + ": restarts are counted and come to their end",
        LIMIT,
        () -> daemon.inspect(retried, state),
        text -> text.equals("exited 3 " + RETRIES));
    assertThat(kept("runs")).as("%s: runs", name).isEqualTo("run\n".repeat(RETRIES + 1));
  }

  /** When its containers are gone. */
  void clean() {
    daemon.docker("volume", "rm", volume).ok();
  }

  private String kept(String file) {
    return daemon.docker("exec", well, "cat", "/kept/" + file).ok().out();
  }

  private String probed(String probe, String... options) {
    List<String> all =
        new ArrayList<>(List.of("--health-cmd", probe, "--health-interval", "300ms"));
    all.addAll(List.of(options));
    return run(all, "sleep 100000");
  }

  private String logs(String command, String driver, String... options) {
    List<String> all = new ArrayList<>(List.of("--log-driver", driver));
    for (String option : options) {
      all.addAll(List.of("--log-opt", option));
    }
    return run(all, command);
  }

  private String run(List<String> options, String command) {
    List<String> all = new ArrayList<>(List.of("run", "-d", "--network", "none"));
    all.addAll(options);
    all.addAll(List.of("busybox", "sh", "-c", command));
    return daemon.docker(all.toArray(String[]::new)).ok().text();
  }

  private void becomes(String container, String verdict) {
    Eventually.value(
        name + ": " + container + " is " + verdict,
        LIMIT,
        () -> health(container),
        verdict::equals);
  }

  private String health(String container) {
    return daemon.inspect(container, "{{.State.Health.Status}}");
  }
}
