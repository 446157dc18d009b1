package dev.priok.tests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.tests.support.DaemonUnderTest;
import dev.priok.tests.support.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** Nothing of the host gets into a container with an exec, and nothing of an exec stays behind. */
@BlackBox
final class ExecIsolationTest {
  private static final String DESCRIPTORS = "ls -l /proc/$$/fd; true";

  private static String sleeper(DaemonUnderTest d, String... options) {
    String name = d.name("isolated");
    d.docker(
            Stream.of(
                    List.of("run", "-d", "--net", "none", "--name", name),
                    List.of(options),
                    List.of("busybox", "sleep", "300"))
                .flatMap(List::stream)
                .toArray(String[]::new))
        .ok();
    return name;
  }

  /** Number and aim of each. */
  private static List<String> open(List<String> lines) {
    return lines.stream()
        .map(String::strip)
        .filter(line -> line.contains(" -> "))
        .map(line -> line.replaceFirst(".* (\\d+ -> )", "$1"))
        .toList();
  }

  @Test
  void onlyTheThreeStandardDescriptorsAreOpen(DaemonUnderTest d) {
    String name = sleeper(d);
    List<String> plain = open(d.docker("exec", name, "sh", "-c", DESCRIPTORS).ok().lines());
    assertThat(plain).hasSize(3);
    assertThat(plain.get(0)).isEqualTo("0 -> /dev/null");
    assertThat(plain.get(1)).startsWith("1 -> pipe:");
    assertThat(plain.get(2)).startsWith("2 -> pipe:");

    List<String> withInput =
        open(d.docker("exec", "-i", name, "sh", "-c", DESCRIPTORS).ok().lines());
    assertThat(withInput).hasSize(3);
    assertThat(withInput.get(0)).startsWith("0 -> pipe:");

    d.docker("exec", "-d", name, "sh", "-c", "(" + DESCRIPTORS + ") > /detached").ok();
    Eventually.holds(
        "the detached one has looked",
        Duration.ofSeconds(10),
        () -> open(d.docker("exec", name, "cat", "/detached").lines()).size() >= 3);
    assertThat(open(d.docker("exec", name, "cat", "/detached").ok().lines())).hasSize(3);

    List<String> terminal =
        open(d.onTerminal("", "exec", "-t", name, "sh", "-c", DESCRIPTORS).lines());
    assertThat(terminal).containsExactly("0 -> /dev/pts/0", "1 -> /dev/pts/0", "2 -> /dev/pts/0");
  }

  /** As in CVE-2024-21626, where a descriptor of the runtime was such a directory of the host. */
  @Test
  void noWorkingDirectoryLeadsOut(DaemonUnderTest d) {
    String name = sleeper(d);
    IntStream.range(0, 20)
        .mapToObj(n -> "/proc/self/fd/" + n)
        .flatMap(path -> Stream.of(path, path + "/.."))
        .forEach(path -> {
          assertThat(d.docker("exec", "-w", path, name, "true").exit()).as(path).isNotZero();
        });
    String host = sleeper(d, "--pid", "host");
    assertThat(d.docker("exec", "-w", "/proc/1/root", host, "pwd").all())
        .contains("current working directory is outside of container mount namespace root");
    assertThat(d.docker("exec", "-w", "/proc/self/cwd/bin", host, "pwd").ok().text())
        .isEqualTo("/bin");
  }

  /** As in CVE-2019-5736, where the program that made the exec could be written to. */
  @Test
  void whatMakesAnExecCannotBeChanged(DaemonUnderTest d) {
    String name = sleeper(d, "--privileged");
    d.docker("exec", name, "sh", "-c", "printf '#!/proc/self/exe\\n' > /bad; chmod +x /bad").ok();
    for (int i = 0; i < 3; i++) {
      assertThat(d.docker("exec", name, "/bad").exit()).isNotZero();
      assertThat(d.docker("exec", name, "/proc/self/exe").exit()).isNotZero();
    }
    assertThat(d.docker("exec", name, "echo", "well").ok().text()).isEqualTo("well");
    assertThat(d.docker("top", name).ok().lines()).hasSize(2);
  }

  /** The null device is the container's: what an exec does to it is seen nowhere else. */
  @Test
  void standardInputIsTheContainersOwn(DaemonUnderTest d) throws IOException {
    String name = sleeper(d);
    Object before = Files.getAttribute(Path.of("/dev/null"), "unix:mode");
    d.docker("exec", name, "sh", "-c", "chmod 600 /proc/self/fd/0; chown 7 /proc/self/fd/0").ok();
    assertThat(d.docker("exec", name, "stat", "-c", "%a %u", "/dev/null").ok().text())
        .isEqualTo("600 7");
    assertThat(Files.getAttribute(Path.of("/dev/null"), "unix:mode")).isEqualTo(before);
    assertThat(Files.getAttribute(Path.of("/dev/null"), "unix:uid")).isEqualTo(0);
  }

  @Test
  void hasTheSmallestLimits(DaemonUnderTest d) {
    String name = sleeper(d, "--ulimit", "fsize=1000", "--oom-score-adj", "321");
    String looks = "cat /proc/$$/oom_score_adj; grep size /proc/$$/limits; exec 3>/x; yes >&3";
    assertThat(d.docker("exec", name, "sh", "-c", looks).all())
        .startsWith("321\n")
        .containsPattern("Max file size +1000 +1000 ");
    assertThat(d.docker("exec", name, "stat", "-c", "%s", "/x").ok().text()).isEqualTo("1000");
    assertThat(d.docker("exec", name, "grep", "Max file size", "/proc/1/limits").ok().text())
        .containsPattern("Max file size +1000 +1000 ");
  }

  @Test
  @DisabledIfSystemProperty(
      named = "priok.peer",
      matches = ".+",
      disabledReason = "looks at the daemon's process")
  void aThousandLeaveNothingBehind(DaemonUnderTest d) {
    String name = sleeper(d);
    int rounds = 1_000;
    execs(d, name, 50);
    int descriptors = descriptors(d);
    execs(d, name, rounds);
    Eventually.holds(
        "descriptors are given back",
        Duration.ofSeconds(10),
        () -> descriptors(d) <= descriptors + 5);
    assertThat(helpers()).as("keepers, and children of the daemon not waited for").isEmpty();
    assertThat(d.docker("top", name).ok().lines()).hasSize(2);
  }

  private static void execs(DaemonUnderTest d, String name, int rounds) {
    for (int i = 0; i < rounds; i++) {
      String id =
          d.http()
              .post("/containers/" + name + "/exec", "{\"Cmd\":[\"true\"],\"AttachStdout\":true}")
              .body()
              .replaceAll("(?s).*\"Id\":\"([0-9a-f]+)\".*", "$1");
      boolean detached = i % 2 == 0;
      assertThat(d.http().post("/exec/" + id + "/start", "{\"Detach\":" + detached + "}").status())
          .isIn(101, 200);
    }
  }

  private static int descriptors(DaemonUnderTest d) {
    try (Stream<Path> open = Files.list(Path.of("/proc", Long.toString(d.pid()), "fd"))) {
      return (int) open.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> helpers() {
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      return processes
          .map(p -> p.resolve("comm"))
          .filter(Files::exists)
          .map(p -> {
            try {
              return Files.readString(p).strip();
            } catch (IOException e) {
              return ""; // it has ended meanwhile
            }
          })
          .filter("priok-exec"::equals)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
