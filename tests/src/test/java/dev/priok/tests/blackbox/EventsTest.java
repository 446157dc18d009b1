package dev.priok.tests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.tests.support.DaemonUnderTest;
import dev.priok.tests.support.Eventually;
import dev.priok.tests.support.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** docker events. */
@BlackBox
final class EventsTest {
  @Test
  void theStoryOfARun(DaemonUnderTest d) {
    String name = d.name("story");
    String since = d.shell().run("date", "+%s.%N").ok().text();
    d.docker("run", "--name", name, "--label", "k=v", "busybox", "sh", "-c", "exit 3").exits(3);
    d.docker("rm", name).ok();
    String until = d.shell().run("date", "+%s.%N").ok().text();
    Outcome events =
        d.docker(
            "events",
            "--since",
            since,
            "--until",
            until,
            "--filter",
            "container=" + name,
            "--format",
            "{{.Type}} {{.Action}}");
    assertThat(events.ok().lines())
        .containsSubsequence(
            "container create",
            "container attach",
            "container start",
            "container die",
            "container destroy");
    Outcome die =
        d.docker(
            "events",
            "--since",
            since,
            "--until",
            until,
            "--filter",
            "event=die",
            "--filter",
            "label=k=v",
            "--format",
            "{{.Actor.Attributes.name}} {{.Actor.Attributes.exitCode}} {{.Actor.Attributes.image}}");
    assertThat(die.ok().lines()).containsExactly(name + " 3 busybox");
    Outcome network =
        d.docker(
            "events",
            "--since",
            since,
            "--until",
            until,
            "--filter",
            "type=network",
            "--format",
            "{{.Action}}");
    assertThat(network.ok().lines()).contains("connect", "disconnect");
  }

  @Test
  void live(DaemonUnderTest d) throws Exception {
    Path seen = d.scratch().resolve("events");
    Process events =
        d.shell()
            .start(
                List.of(
                    "sh",
                    "-c",
                    "exec docker events --filter type=volume --format '{{.Action}} {{.Actor.ID}}' > "
                        + seen));
    Eventually.pause(Duration.ofMillis(500));
    String v = d.name("seen");
    d.docker("volume", "create", v).ok();
    d.docker("volume", "rm", v).ok();
    Eventually.pause(Duration.ofMillis(300));
    events.destroy();
    events.waitFor(5, TimeUnit.SECONDS);
    assertThat(Files.readAllLines(seen)).containsExactly("create " + v, "destroy " + v);
  }
}
