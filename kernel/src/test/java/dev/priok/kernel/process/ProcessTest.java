package dev.priok.kernel.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.Io;
import dev.priok.kernel.event.EventLoop;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class ProcessTest {
  private static final Path SHELL = Path.of("/bin/sh");

  @Test
  void givesTheChildExactlyWhatItShouldHave() throws Exception {
    String script =
        "echo $0 $1 $X $(pwd); echo to-five >&5; grep -E 'Sig(Blk|Ign)' /proc/self/status;"
            + " cat <&7; ls /proc/self/fd | tr '\\n' ' '; exit 7";
    try (Io.Pipe out = Io.pipe();
        Io.Pipe five = Io.pipe();
        Io.Pipe in = Io.pipe()) {
      Io.write(in.writer(), "from-seven\n");
      in.writer().close();
      int pid =
          new Spawn(SHELL)
              .arguments("-c", script, "zero", "one")
              .environment(Map.of("X", "y z", "PATH", "/usr/bin:/bin"))
              .directory(Path.of("/usr"))
              .descriptor(1, out.writer())
              .descriptor(5, five.writer())
              .descriptor(7, in.reader())
              .newSession()
              .start();
      out.writer().close();
      five.writer().close();
      String text = new String(Io.input(out.reader()).readAllBytes(), StandardCharsets.UTF_8);
      ExitStatus end = Children.waitFor(pid);
      assertThat(end).isEqualTo(new ExitStatus(7, 0));
      assertThat(text)
          .startsWith("zero one y z /usr\n")
          .contains("SigBlk:\t0000000000000000\n")
          .contains("SigIgn:\t0000000000000000\n")
          .contains("from-seven\n")
          .endsWith("0 1 2 3 5 7 "); // 3 is ls's own
      byte[] five5 = Io.input(five.reader()).readAllBytes();
      assertThat(new String(five5, StandardCharsets.UTF_8)).isEqualTo("to-five\n");
    }
  }

  @Test
  void swapsDescriptors() throws Exception {
    try (Io.Pipe a = Io.pipe();
        Io.Pipe b = Io.pipe();
        Fd one = Io.duplicate(a.writer());
        Fd two = Io.duplicate(b.writer())) {
      int low = Math.min(one.number(), two.number());
      int high = Math.max(one.number(), two.number());
      // each gets the other's number
      int pid =
          new Spawn(SHELL)
              .arguments("-c", "cd /proc/self/fd; echo 1 >" + high + "; echo 2 >" + low)
              .descriptor(high, one.number() == low ? one : two)
              .descriptor(low, one.number() == low ? two : one)
              .start();
      assertThat(Children.waitFor(pid).isSuccess()).isTrue();
      byte[] got = new byte[2];
      boolean oneIsLow = one.number() == low;
      assertThat(Io.read(oneIsLow ? a.reader() : b.reader(), got, 0, 2)).isEqualTo(2);
      assertThat(got[0]).isEqualTo((byte) '1');
    }
  }

  @Test
  void saysWhyItCouldNotStart() {
    assertThatThrownBy(() -> new Spawn(Path.of("/no/such")).start())
        .hasMessage("posix_spawn /no/such: No such file or directory (ENOENT)");
    assertThatThrownBy(() -> new Spawn(Path.of("/etc/passwd")).start())
        .hasMessageContaining("EACCES");
  }

  @Test
  void holdsSignalsAndWatchesProcesses() throws Exception {
    ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
    try (EventLoop loop = EventLoop.start("test", failures::add)) {
      int pid = new Spawn(Path.of("/bin/sleep")).arguments("60").newProcessGroup().start();
      ProcessTable.Entry entry = ProcessTable.find(pid).orElseThrow();
      // the parent goes on in the middle of the child's execve, before its arguments show
      for (int i = 0; i < 1000 && ProcessTable.arguments(pid).isEmpty(); i++) {
        Thread.sleep(1);
      }
      assertThat(ProcessTable.arguments(pid)).containsExactly("/bin/sleep", "60");
      assertThat((long) entry.parent()).isEqualTo(ProcessHandle.current().pid());
      assertThat(ProcessTable.isAlive(pid, entry.startTime())).isTrue();
      assertThat(ProcessTable.children(entry.parent()))
          .extracting(ProcessTable.Entry::pid)
          .contains(pid);
      assertThat(Children.poll(pid)).isEmpty();
      assertThat(Pidfd.openIfSame(pid, entry.startTime() + 1)).isEmpty();
      var exit = Children.onExit(loop, pid);
      try (Pidfd held = Pidfd.openIfSame(pid, entry.startTime()).orElseThrow()) {
        assertThat(held.awaitExit(10)).isFalse();
        assertThat(held.signal(Signals.TERM)).isTrue();
        assertThat(held.awaitExit(5000)).isTrue();
        ExitStatus end = exit.get(5, TimeUnit.SECONDS);
        assertThat(end.signal()).isEqualTo(Signals.TERM);
        assertThat(end.shellCode()).isEqualTo(143);
        assertThat(held.signal(Signals.TERM)).isFalse();
      }
      assertThat(ProcessTable.find(pid)).isEmpty();
      assertThatThrownBy(() -> Children.waitFor(pid)).hasMessageContaining("ECHILD");
    }
    assertThat(failures).isEmpty();
  }

  @Test
  void livesBesideTheReaperOfTheJvm() throws Exception {
    Process theirs = new ProcessBuilder("/bin/sh", "-c", "exit 4").start();
    int ours = new Spawn(SHELL).arguments("-c", "exit 3").start();
    assertThat(Children.waitFor(ours).code()).isEqualTo(3);
    assertThat(theirs.waitFor()).isEqualTo(4);
  }

  @Test
  void knowsSignals() {
    for (String text : List.of("SIGTERM", "TERM", "term", "sigterm", "15")) {
      assertThat(Signals.parse(text)).as(text).hasValue(15);
    }
    assertThat(Signals.parse("RTMIN+3")).hasValue(37);
    assertThat(Signals.parse("SIGRTMAX-1")).hasValue(63);
    assertThat(Signals.parse("64")).hasValue(64);
    for (String text : List.of("", "0", "65", "-1", "SIGFOO", "999999999999", "SIG")) {
      assertThat(Signals.parse(text)).as(text).isEmpty();
    }
    assertThat(Signals.name(9)).hasValue("SIGKILL");
    assertThat(Signals.name(6)).hasValue("SIGABRT");
    assertThat(Signals.name(37)).hasValue("SIGRTMIN+3");
    assertThat(Signals.name(0)).isEmpty();
  }

  @Test
  void readsLimits() throws Exception {
    int pid = new Spawn(Path.of("/bin/sleep")).arguments("60").start();
    try {
      Rlimits.set(pid, Rlimits.Kind.NOFILE, new Rlimits.Limit(100, 200));
      assertThat(Rlimits.get(pid, Rlimits.Kind.NOFILE)).isEqualTo(new Rlimits.Limit(100, 200));
    } finally {
      assertThat(ProcessTable.signal(pid, Signals.KILL)).isTrue();
      assertThat(Children.waitFor(pid).signal()).isEqualTo(9);
    }
  }
}
