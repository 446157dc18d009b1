package dev.priok.kernel.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.priok.kernel.call.Errno;
import dev.priok.kernel.call.Io;
import dev.priok.kernel.call.SystemCall;
import dev.priok.kernel.process.Children;
import dev.priok.kernel.process.ExitStatus;
import dev.priok.kernel.seccomp.CompileFilter;
import dev.priok.kernel.seccomp.FilterAction;
import dev.priok.kernel.seccomp.FilterRule;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class CallProgramTest {
  private static final int OUTPUT = 1;
  private static final int COMPLAINTS = 3;
  private static final int SELF = 5;

  private record Run(ExitStatus end, String output, ByteBuffer complaints) {
    long complaint(int index) {
      return complaints.getLong(index * 8);
    }
  }

  private static Run run(CallProgram program) throws IOException {
    try (SealedProgram sealed = SealedProgram.of(program.image(COMPLAINTS), "call-program");
        Io.Pipe output = Io.pipe();
        Io.Pipe complaints = Io.pipe()) {
      int pid =
          sealed
              .spawn(SELF)
              .descriptor(OUTPUT, output.writer())
              .descriptor(COMPLAINTS, complaints.writer())
              .start();
      output.writer().close();
      complaints.writer().close();
      String text = new String(Io.input(output.reader()).readAllBytes(), StandardCharsets.UTF_8);
      byte[] words = Io.input(complaints.reader()).readAllBytes();
      ByteBuffer complained = ByteBuffer.wrap(words).order(ByteOrder.LITTLE_ENDIAN);
      return new Run(Children.waitFor(pid), text, complained);
    }
  }

  @Test
  void stepsRunInOrderAndEndWithTheGivenCode() throws IOException {
    CallProgram p = new CallProgram();
    p.call(SystemCall.WRITE, p.at(OUTPUT), p.text("one "), p.at(4));
    p.call(SystemCall.WRITE, p.at(OUTPUT), p.text("two"), p.at(3));
    p.exit(7);

    Run run = run(p);

    assertThat(run.end()).isEqualTo(new ExitStatus(7, 0));
    assertThat(run.output()).isEqualTo("one two");
    assertThat(run.complaints().remaining()).isZero();
  }

  @Test
  void aFailureSaysWhichStepAndWhyAndEndsTheProgram() throws IOException {
    CallProgram p = new CallProgram();
    p.call(SystemCall.GETPID);
    CallProgram.Step open =
        p.call(SystemCall.OPENAT, p.at(-100), p.text("/nowhere/at/all"), p.at(0), p.at(0));
    p.call(SystemCall.READ, open.result(), p.bytes(new byte[8]), p.at(8));
    p.exit(0);

    Run run = run(p);

    assertThat(run.end()).isEqualTo(new ExitStatus(CallProgram.FAILED, 0));
    assertThat(run.complaint(0)).isEqualTo(open.number());
    assertThat(run.complaint(1)).isEqualTo(-Errno.ENOENT.number());
  }

  @Test
  void aResultIsALaterArgument() throws IOException {
    CallProgram p = new CallProgram();
    CallProgram.Step open =
        p.call(SystemCall.OPENAT, p.at(-100), p.text("/proc/self/comm"), p.at(0), p.at(0));
    CallProgram.Word buffer = p.bytes(new byte[64]);
    CallProgram.Step read = p.call(SystemCall.READ, open.result(), buffer, p.at(64));
    p.call(SystemCall.WRITE, p.at(OUTPUT), buffer, read.result());
    p.exit(0);

    // The kernel names a process after the last part of the path it was started by.
    assertThat(run(p).output()).isEqualTo(SELF + "\n");
  }

  @Test
  void aChildGoesItsOwnWayAndRunsAnotherProgram() throws IOException {
    CallProgram p = new CallProgram();
    // clone3: flags, pidfd, child_tid, parent_tid, exit_signal = SIGCHLD, and no more.
    CallProgram.Word arguments =
        p.words(List.of(p.at(0), p.at(0), p.at(0), p.at(0), p.at(17), p.at(0), p.at(0), p.at(0)));
    CallProgram.Step clone = p.call(SystemCall.CLONE3, arguments, p.at(64)).zeroGoes("child");
    p.call(SystemCall.WAIT4, clone.result(), p.at(0), p.at(0), p.at(0));
    p.exit(0);
    p.label("child");
    p.call(SystemCall.OPENAT, p.at(-100), p.text("/nowhere"), p.at(0), p.at(0)).orGo("on");
    p.label("on");
    CallProgram.Word words = p.strings(List.of("sh", "-c", "echo \"$GREETING\""));
    p.call(SystemCall.EXECVE, p.text("/bin/sh"), words, p.strings(List.of("GREETING=hello")));

    Run run = run(p);

    assertThat(run.output()).isEqualTo("hello\n");
    assertThat(run.end().isSuccess()).isTrue();
    assertThat(run.complaints().remaining()).isZero();
  }

  @Test
  void afilterMadeByTheLibraryHolds() throws IOException {
    int refuse = FilterAction.of("SCMP_ACT_ERRNO", 99).orElseThrow();
    int allow = FilterAction.of("SCMP_ACT_ALLOW", null).orElseThrow();
    FilterRule.Condition second = new FilterRule.Condition(0, 4, 2, 0);
    byte[] filter =
        CompileFilter.compile(
            refuse,
            List.of("x86_64", "x86", "x32"),
            List.of(
                new FilterRule(List.of("write", "exit_group", "no_such_call"), allow, List.of()),
                new FilterRule(List.of("getpgid"), allow, List.of(second))));
    CallProgram p = new CallProgram();
    // struct sock_fprog { unsigned short len; struct sock_filter *filter; }
    CallProgram.Word program = p.words(List.of(p.at(filter.length / 8), p.bytes(filter)));
    p.call(SystemCall.PRCTL, p.at(38), p.at(1), p.at(0), p.at(0), p.at(0));
    p.call(SystemCall.SECCOMP, p.at(1), p.at(0), program);
    p.call(SystemCall.GETPID).orGo("refused");
    p.exit(20);
    p.label("refused");
    // Newer than any call of the rules, and allowed only for the other argument.
    p.call(SystemCall.GETPGID, p.at(2)).orGo("allowed");
    p.label("allowed");
    p.call(SystemCall.GETPGID, p.at(1)).orGo("newer");
    p.exit(21);
    p.label("newer");
    CallProgram.Step newest = p.call(SystemCall.FCHMODAT2);
    p.exit(22);

    Run run = run(p);

    assertThat(run.complaint(0)).isEqualTo(newest.number());
    assertThat(run.complaint(1)).isEqualTo(-38);
    assertThat(run.end()).isEqualTo(new ExitStatus(CallProgram.FAILED, 0));
  }

  @Test
  void aComplaintMayBeMadeOnTheWay() throws IOException {
    CallProgram p = new CallProgram();
    p.call(SystemCall.CHDIR, p.text("/nonexistent")).orSay("second");
    p.exit(8);
    p.label("second");
    CallProgram.Step last = p.call(SystemCall.CHDIR, p.text("/dev/null")).orSay("end");
    p.label("end");
    p.exit(9);

    Run run = run(p);

    assertThat(run.end()).isEqualTo(new ExitStatus(9, 0));
    assertThat(run.complaints().remaining()).isEqualTo(32);
    assertThat(run.complaint(0)).isZero();
    assertThat(run.complaint(1)).isEqualTo(-Errno.ENOENT.number());
    assertThat(run.complaint(2)).isEqualTo(last.number());
    assertThat(run.complaint(3)).isEqualTo(-Errno.ENOTDIR.number());
  }

  @Test
  void aStringIsNeverCutInSilence() {
    CallProgram p = new CallProgram();
    assertThatThrownBy(() -> p.text("/etc/passwd\0.txt"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
