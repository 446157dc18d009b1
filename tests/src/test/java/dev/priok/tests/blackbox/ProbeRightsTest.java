package dev.priok.tests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.tests.support.DaemonUnderTest;
import dev.priok.tests.support.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A probe and an exec have exactly the rights and limits of the container's own process, which the
 * OCI runtime has made, be it crun or runc: user, groups, capabilities, filter, control groups,
 * name spaces, limits, environment, session. Whatever one could do and the other not would be a
 * hole or a surprise.
 */
@BlackBox
final class ProbeRightsTest {
  private static final String LOOK =
      """
      {
        grep -E '^(Uid|Gid|Groups|Cap|NoNewPrivs|Seccomp|Umask|SigBlk|SigIgn)' /proc/self/status
        cat /proc/self/cgroup /proc/self/limits /proc/self/oom_score_adj
        for n in cgroup ipc mnt net pid uts user; do readlink /proc/self/ns/$n; done
        env | sort; pwd; id
        ls -l /proc/self/fd 2>/dev/null | grep -v -E 'pipe|/proc/|/out/|total|null' | wc -l
        cut -d' ' -f7-8 /proc/self/stat
        unshare -U true 2>&1; mount -t tmpfs x /mnt 2>&1; mknod /tmp/probe-node b 1 1 2>&1
        rm -f /tmp/probe-node
      } > $1.new 2>&1
      mv $1.new $1
      """;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--read-only --tmpfs /tmp",
        "-u 1000:1000 --group-add 7",
        "--cap-drop ALL --cap-add CHOWN --security-opt no-new-privileges",
        "--privileged",
        "--ulimit nofile=200:200 --security-opt seccomp=unconfined",
        "--network host --ipc host --uts host --pid host -w /tmp -e FOO=bar -u nobody",
        "--runtime runc --ulimit core=0 --oom-score-adj 77",
        "--runtime runc --privileged -u 5",
        "--runtime runc --cap-drop NET_RAW --security-opt no-new-privileges -u 1000",
      })
  void asTheContainersOwnProcessHas(String options, DaemonUnderTest d) throws IOException {
    Path shared = d.scratch();
    Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxrwxrwx"));
    Files.writeString(shared.resolve("look"), LOOK);
    String name = d.name("rights");
    List<String> command = new ArrayList<>(List.of("run", "-d", "--name", name));
    command.addAll(List.of(options.split(" ")));
    command.addAll(List.of("-v", shared + ":/out", "--health-interval", "200ms"));
    command.addAll(List.of("--health-cmd", "test -e /out/probe || sh /out/look /out/probe; true"));
    command.addAll(List.of("busybox", "sh", "-c", "sh /out/look /out/own; exec sleep 300"));
    d.docker(command.toArray(String[]::new)).ok();
    Eventually.holds(
        "a probe has looked around",
        Duration.ofSeconds(20),
        () -> Files.exists(shared.resolve("probe")));
    Eventually.holds(
        "the container has looked around",
        Duration.ofSeconds(20),
        () -> Files.exists(shared.resolve("own")));
    d.docker("exec", name, "sh", "-c", "sh /out/look /out/exec; true").ok();
    String probe = Files.readString(shared.resolve("probe"));
    assertThat(probe).contains("CapBnd").contains("Max open files");
    String exec = Files.readString(shared.resolve("exec"));
    assertThat(probe).isEqualTo(exec);
    assertThat(exec).isEqualTo(Files.readString(shared.resolve("own")));
  }
}
