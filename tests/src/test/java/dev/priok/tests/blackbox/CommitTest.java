package dev.priok.tests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.tests.support.DaemonUnderTest;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** commit, diff, export and prune: what becomes of a container's changes. */
@BlackBox
final class CommitTest {
  private static final String IMAGE = "committed:test";

  @AfterEach
  void remove(DaemonUnderTest d) {
    d.docker("rmi", "-f", IMAGE);
  }

  private static String ended(DaemonUnderTest d, String script, String... options) {
    String name = d.name("changed");
    List<String> command = new java.util.ArrayList<>(List.of("run", "--name", name));
    command.addAll(List.of(options));
    command.addAll(List.of("busybox", "sh", "-c", script));
    d.docker(command.toArray(String[]::new)).ok();
    return name;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          CMD ["a","b"] | {{json .Config.Cmd}} | ["a","b"]
          CMD x y | {{json .Config.Cmd}} | ["/bin/sh","-c","x y"]
          CMD | {{json .Config.Cmd}} | ["/bin/sh","-c"]
          ENTRYPOINT ["e"] | {{json .Config.Entrypoint}} | ["e"]
          ENV A=b C="d e" | {{index .Config.Env 1}} {{index .Config.Env 2}} | A=b C=d e
          EXPOSE 80 81/udp | {{json .Config.ExposedPorts}} | {"80/tcp":{},"81/udp":{}}
          USER 5:6 | {{.Config.User}} | 5:6
          WORKDIR /w | {{.Config.WorkingDir}} | /w
          VOLUME /v /w | {{json .Config.Volumes}} | {"/v":{},"/w":{}}
          LABEL a=b "c d"=e | {{json .Config.Labels}} | {"a":"b","c d":"e"}
          ONBUILD RUN x | {{json .Config.OnBuild}} | ["RUN x"]
          STOPSIGNAL SIGUSR1 | {{.Config.StopSignal}} | SIGUSR1
          HEALTHCHECK NONE | {{json .Config.Healthcheck.Test}} | ["NONE"]
          """)
  void changes(String change, String format, String expected, DaemonUnderTest d) {
    String c = ended(d, "true");
    d.docker("commit", "-m", "why", "-a", "who", "--change", change, c, IMAGE).ok();
    assertThat(d.inspect(IMAGE, format + "|{{.Author}}|{{.Comment}}"))
        .isEqualTo(expected + "|who|why");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          FROM x | FROM is not a valid change command
          RUN x | RUN is not a valid change command
          COPY a b | COPY is not a valid change command
          MAINTAINER m | MAINTAINER is not a valid change command
          STOPSIGNAL nix | invalid signal: nix
          EXPOSE x | x
          """)
  void wrongChanges(String change, String sentence, DaemonUnderTest d) {
    String c = ended(d, "true");
    assertThat(d.docker("commit", "--change", change, c, IMAGE).exits(1).err()).contains(sentence);
  }

  @Test
  void aRunningContainerIsPausedOnlyMeanwhile(DaemonUnderTest d) {
    String c = d.name("running");
    d.docker("run", "-d", "--name", c, "busybox", "sleep", "1000").ok();
    d.docker("commit", c, IMAGE).ok();
    assertThat(d.inspect(c, "{{.State.Status}}")).isEqualTo("running");
    d.docker("commit", "--pause=false", c, IMAGE).ok();
    d.docker("pause", c).ok();
    d.docker("commit", c, IMAGE).ok();
    assertThat(d.inspect(c, "{{.State.Status}}")).isEqualTo("paused");
    d.docker("unpause", c).ok();
    assertThat(d.docker("commit", "nosuch", IMAGE).exits(1).err())
        .contains("No such container: nosuch");
  }

  @Test
  void diffAndExport(DaemonUnderTest d) {
    String c = ended(d, "echo x > /new; rm /etc/passwd; mkdir /d; touch /d/e; ln -s x /l");
    assertThat(d.docker("diff", c).ok().lines())
        .containsExactlyInAnyOrder("A /new", "C /etc", "D /etc/passwd", "A /d", "A /d/e", "A /l");
    assertThat(d.docker("diff", "nosuch").exits(1).err()).contains("No such container: nosuch");
    assertThat(d.docker("export", "nosuch").exits(1).err()).contains("No such container: nosuch");
  }

  @Test
  void pruneTellsWhatItFreed(DaemonUnderTest d) {
    String label = d.name("label");
    String script = "head -c 12345 /dev/zero > /new; ln /new /hard; mkdir /d";
    ended(d, script, "--label", label);
    assertThat(d.docker("container", "prune", "-f", "--filter", "label=" + label).ok().out())
        .contains("Total reclaimed space: 12.35kB");
    assertThat(d.docker("container", "prune", "-f", "--filter", "until=abc").exits(1).err())
        .contains("failed to parse value as time or duration: \"abc\"");
    String v = d.name("v");
    d.docker("volume", "create", "--label", label, v).ok();
    d.docker(
            "run", "--rm", "-v", v + ":/v", "busybox", "sh", "-c", "head -c 12345 /dev/zero > /v/n")
        .ok();
    assertThat(d.docker("volume", "prune", "-f", "-a", "--filter", "label=" + label).ok().out())
        .contains(v)
        .contains("Total reclaimed space: 12.35kB");
  }
}
