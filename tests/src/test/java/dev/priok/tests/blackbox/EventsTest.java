package dev.priok.tests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.tests.support.DaemonUnderTest;
import dev.priok.tests.support.Eventually;
import dev.priok.tests.support.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
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

  /**
   * Every verb of a container, and which attributes its event has: the same list holds on Docker,
   * but for the mounts that it makes for cp and export, and for a disconnection it tells twice.
   */
  @Test
  void everyActionWithItsAttributes(DaemonUnderTest d) {
    String since = d.shell().run("date", "+%s.%N").ok().text();
    String c = d.name("told");
    Path folder = d.scratch();
    String script =
        """
        set -e
        docker volume create ${c}v; docker network create ${c}n
        docker create --name $c --label k=v -v ${c}v:/v busybox sh -c 'trap "exit 0" TERM; while :; do sleep 0.1; done'
        docker start $c; docker exec $c true; docker exec $c no-such || :; docker exec $c sh -c 'exit 3' || :
        docker top $c; docker pause $c; docker unpause $c; docker rename $c ${c}2; docker rename ${c}2 $c
        docker update --restart on-failure:3 $c; docker network connect ${c}n $c; docker network disconnect ${c}n $c
        docker cp $c:/etc/passwd $f/pw; docker cp $f/pw $c:/tmp/pw; docker export $c -o $f/x.tar
        docker commit -m hi $c $c:1; docker kill -s USR1 $c; docker restart -t 1 $c; docker stop -t 1 $c
        docker start $c; docker kill $c; docker rm $c; docker rmi $c:1
        docker volume rm ${c}v; docker network rm ${c}n
        """;
    d.shell().run("sh", "-c", "c=" + c + "; f=" + folder + "\n" + script).ok();
    List<String> seen =
        d.docker(
                "events",
                "--since",
                since,
                "--until",
                d.shell().run("date", "+%s.%N").ok().text(),
                "--format",
                "{{.Type}} {{.Action}}{{range $k, $v := .Actor.Attributes}} {{$k}}{{end}}")
            .ok()
            .lines();
    assertThat(seen)
        .contains(
            "volume create driver",
            "network create name type",
            "container create image k name",
            "network connect container name type",
            "volume mount container destination driver propagation read/write",
            "container start image k name",
            "container exec_create: true  execID image k name",
            "container exec_start: true  execID image k name",
            "container exec_die execID exitCode image k name",
            "container exec_create: no-such  execID image k name",
            "container exec_start: no-such  execID image k name",
            "container exec_create: sh -c exit 3 execID image k name",
            "container top image k name",
            "container pause image k name",
            "container unpause image k name",
            "container rename image k name oldName",
            "container update image k name",
            "network disconnect container name type",
            "container archive-path image k name",
            "container extract-to-dir image k name",
            "container export image k name",
            "container commit comment image imageID imageRef k name",
            "container kill image k name signal",
            "container die execDuration exitCode image k name",
            "volume unmount container driver",
            "container stop image k name",
            "container restart image k name",
            "container destroy image k name",
            "volume destroy driver",
            "network destroy name type");
    Map<String, Long> times =
        seen.stream()
            .filter(l -> l.startsWith("container"))
            .map(l -> l.split(" ", 3)[1])
            .collect(Collectors.groupingBy(a -> a, Collectors.counting()));
    assertThat(times)
        .containsEntry("start", 3L)
        .containsEntry("die", 3L)
        .containsEntry("stop", 2L)
        .containsEntry("restart", 1L)
        .containsEntry("kill", 4L)
        .containsEntry("exec_die", 2L)
        .containsEntry("exec_create:", 3L)
        .containsEntry("rename", 2L);
  }
}
