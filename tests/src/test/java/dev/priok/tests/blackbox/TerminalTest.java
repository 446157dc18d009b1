package dev.priok.tests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.tests.support.DaemonUnderTest;
import dev.priok.tests.support.Outcome;
import org.junit.jupiter.api.Test;

/** docker run -it and exec -it on a pseudo terminal. */
@BlackBox
final class TerminalTest {
  @Test
  void shellIsInteractive(DaemonUnderTest d) {
    Outcome run =
        d.onTerminal("echo sum-$((40+2))\nexit 9\n", "run", "--rm", "-it", "busybox", "sh");
    assertThat(run.exits(9).out()).contains("sum-42");
  }

  @Test
  void processSeesATerminalOfTheClientsSize(DaemonUnderTest d) {
    Outcome run =
        d.onTerminal("", "run", "--rm", "-it", "busybox", "sh", "-c", "sleep 0.5; tty; stty size");
    assertThat(run.ok().out()).contains("/dev/pts/0").contains("24 90");
  }

  @Test
  void linesEndAsTerminalsEndThem(DaemonUnderTest d) {
    Outcome run = d.docker("run", "--rm", "-t", "busybox", "sh", "-c", "echo a; echo b >&2");
    assertThat(run.ok().out()).isEqualTo("a\r\nb\r\n");
  }

  @Test
  void execIsInteractive(DaemonUnderTest d) {
    String name = d.name("tty");
    d.docker("run", "-d", "--name", name, "busybox", "sleep", "60").ok();
    Outcome run = d.onTerminal("tty\nexit 5\n", "exec", "-it", name, "sh");
    assertThat(run.exits(5).out()).contains("/dev/pts/");
  }

  @Test
  void detachKeysLeaveItRunning(DaemonUnderTest d) {
    String name = d.name("detach");
    Outcome run = d.onTerminal("\u0010\u0011", "run", "-it", "--name", name, "busybox", "sh");
    assertThat(run.exit()).isIn(0, 1);
    assertThat(d.inspect(name, "{{.State.Running}}")).isEqualTo("true");
    d.docker("rm", "-f", name).ok();
  }
}
