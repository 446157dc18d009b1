package dev.priok.tests.pages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.priok.tests.support.DaemonUnderTest;
import dev.priok.tests.support.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Types docs/by-example.md into a shell, and compares what comes with what the page shows. */
@Tag("blackbox")
@DisabledIfSystemProperty(named = "priok.peer", matches = ".+", disabledReason = "own daemons")
final class ByExampleTest {
  private static final String MARK = "@@ line ";

  @TempDir private Path folder;

  @Test
  void everyLinePrintsWhatThePageShows() throws IOException {
    Shell shell =
        new Shell(
            Map.of(
                "HOME", folder.toString(),
                "PATH", DaemonUnderTest.root().resolve("bin") + ":" + System.getenv("PATH"),
                "DOCKER_CLI_HINTS", "false",
                // requests prefers a bundle that the environment names to what docker was told
                "REQUESTS_CA_BUNDLE", "",
                "CURL_CA_BUNDLE", ""),
            Duration.ofMinutes(5));
    assumeTrue(shell.run("python3", "-c", "import docker").exit() == 0, "no python docker here");
    List<Example> page = Example.of(DaemonUnderTest.root().resolve("docs/by-example.md"));
    assertThat(page).hasSizeGreaterThan(100);
    Path script = Files.writeString(folder.resolve("script"), script(page));
    List<String> out =
        shell
            .run(
                new byte[0],
                List.of(
                    "unshare",
                    "--mount",
                    "--net",
                    "--pid",
                    "--fork",
                    "--kill-child",
                    "--mount-proc",
                    "--propagation",
                    "private",
                    "bash",
                    script.toString()))
            .lines();
    List<String> wrong = new ArrayList<>();
    for (Example example : page) {
      int began = out.indexOf(MARK + example.line());
      List<String> rest =
          began < 0 ? List.of("(was not reached)") : out.subList(began + 1, out.size());
      List<String> printed =
          new ArrayList<>(rest.stream().takeWhile(l -> !l.startsWith(MARK)).toList());
      if (!printed.isEmpty() && printed.getLast().isEmpty()) {
        printed.removeLast(); // the end of the last line, which the next mark began
      }
      if (!example.isAsShown(printed)) {
        wrong.add(
            "by-example.md:%d: $ %s\n%s"
                .formatted(example.line(), example.command(), String.join("\n", printed)));
      }
    }
    assertThat(wrong).as("lines that print something else").isEmpty();
  }

  /** Whatever it makes ends with the name spaces of its shell. */
  private String script(List<Example> page) {
    StringBuilder script =
        new StringBuilder(
            """
            mount -t tmpfs tmpfs /run && mount -t tmpfs tmpfs /var/lib || exit 1
            ip link set lo up; ip address add 192.0.2.10/32 dev lo
            cd %s; unset DOCKER_HOST DOCKER_CONFIG DOCKER_CERT_PATH DOCKER_TLS_VERIFY
            listens() {
                for i in $(seq 600); do
                    [ "$(grep -ci listen "$1" 2>/dev/null)" -lt "$2" ] 2>/dev/null || return
                    kill -0 $! 2>/dev/null || break
                    sleep 0.1
                done
                echo "does not listen"; cat "$1"
            }
            exec 2>&1
            """
                .formatted(folder));
    for (Example example : page) {
      script.append("printf '\\n%s%d\\n'\n".formatted(MARK, example.line()));
      script.append(example.command()).append('\n');
      if (example.isServer()) {
        script.append("listens %s %d\n".formatted(example.log(), example.listeners()));
      }
    }
    return script.toString();
  }
}
