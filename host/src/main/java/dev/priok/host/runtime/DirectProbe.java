package dev.priok.host.runtime;

import dev.priok.host.runtime.JoinReport.Complaint;
import dev.priok.kernel.call.Errno;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.Io;
import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.event.EventLoop;
import dev.priok.kernel.event.Registration;
import dev.priok.kernel.process.Children;
import dev.priok.kernel.process.ProcessTable;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.IntConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One probe: follows its start, keeps what it writes, and reaps it. Everything but {@link #kill}
 * happens on the event loop's thread.
 */
final class DirectProbe implements Probe, JoinReport.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(DirectProbe.class);
  private static final int SIGKILL = 9;

  private final EventLoop loop;
  private final Fd output;
  private final JoinReport report;
  private final KeptOutput kept;
  private final JoinFailure words;
  private final IntConsumer noted;
  private final CompletableFuture<Start> started = new CompletableFuture<>();
  private final CompletableFuture<Integer> exit = new CompletableFuture<>();
  private final byte[] buffer = new byte[4096];
  private @Nullable Registration watchOutput;
  private int helper;
  private volatile int pid;
  private volatile boolean killed;
  private boolean reaped;
  private boolean saidAll;
  private @Nullable String refusal;
  private @Nullable Integer code;

  /**
   * Takes ownership of the reading ends.
   *
   * @param noted told the command's process id, before it can be waited for
   */
  DirectProbe(
      EventLoop loop, Fd output, Fd report, int limit, JoinFailure words, IntConsumer noted) {
    this.loop = loop;
    this.output = output;
    this.report = new JoinReport(report, this);
    this.kept = new KeptOutput(limit);
    this.words = words;
    this.noted = noted;
  }

  /** Begins to watch; {@code helperPid} is the program's first process. */
  void watch(int helperPid) {
    helper = helperPid;
    loop.execute(() -> {
      try {
        watchOutput = loop.register(output, EventLoop.READ, events -> readOutput());
        report.watch(loop);
      } catch (LinuxException e) {
        LOG.error("a probe cannot be watched", e);
        refusal = String.valueOf(e.getMessage());
        saidAll = true;
        finish();
      }
    });
  }

  @Override
  public CompletionStage<Start> started() {
    return started;
  }

  @Override
  public CompletionStage<Integer> exit() {
    return exit;
  }

  @Override
  public byte[] output() {
    return kept.bytes();
  }

  /**
   * The program's first process is let be: it lasts a moment, and if it ended between making the
   * command and telling of it, nobody would reap that.
   */
  @Override
  public void kill() {
    killed = true;
    if (pid > 0 && !exit.isDone()) {
      killSession(pid, e -> true);
    }
  }

  /**
   * The command leads a session; what it started is in it, unless that left. The id cannot mean
   * another session: it stays taken while a member lives. A command that is still being made is our
   * child and has no session yet.
   */
  static void killSession(int leader, Predicate<ProcessTable.Entry> also) {
    long self = ProcessHandle.current().pid();
    try {
      List<ProcessTable.Entry> members =
          ProcessTable.all().stream()
              .filter(e -> !e.isZombie() && also.test(e))
              .filter(e -> e.session() == leader || (e.pid() == leader && e.parent() == self))
              .toList();
      for (ProcessTable.Entry member : members) {
        ProcessTable.signal(member.pid(), SIGKILL);
      }
    } catch (LinuxException e) {
      LOG.warn("a probe cannot be killed: {}", e.getMessage());
    }
  }

  @Override
  public void made(int command) {
    reapHelper();
    pid = command;
    noted.accept(command);
    try {
      // Ours to reap, so the id is its own until then.
      var _ =
          Children.onExit(loop, command)
              .whenComplete((status, failure) -> {
                code = status == null ? -1 : status.shellCode();
                finish();
              });
    } catch (LinuxException e) {
      LOG.error("the end of a probe cannot be watched", e);
      code = -1;
    }
    if (killed) {
      killSession(command, e -> true);
    }
  }

  @Override
  public void settled(List<Complaint> complaints) {
    reapHelper();
    refusal = words.of(complaints, pid).map(RuntimeFailure::message).orElse(null);
    saidAll = true;
    String why = refusal;
    started.complete(why == null ? new Start.Running(pid) : new Start.Refused(why));
    finish();
  }

  private void reapHelper() {
    if (!reaped) {
      reaped = true;
      try {
        Children.waitFor(helper); // it leaves right after its report
      } catch (LinuxException e) {
        LOG.warn("the start of a probe cannot be waited for: {}", e.getMessage());
      }
    }
  }

  private void readOutput() throws LinuxException {
    int n = read(output);
    if (n > 0) {
      kept.add(buffer, 0, n);
    } else if (n < 0) {
      cancel(watchOutput);
    }
  }

  /** The number of bytes; 0 where there are none now, -1 at the end. */
  private int read(Fd fd) throws LinuxException {
    try {
      return Io.read(fd, buffer, 0, buffer.length);
    } catch (LinuxException e) {
      if (e.is(Errno.EAGAIN)) {
        return 0;
      }
      throw e;
    }
  }

  /** Once all is known: what the program said, and how the command ended. */
  private void finish() {
    if (!saidAll || (pid > 0 && code == null)) {
      return;
    }
    drain();
    cancel(watchOutput);
    output.close();
    report.close();
    String why = refusal;
    if (why != null) {
      started.complete(new Start.Refused(why));
    }
    exit.complete(why != null || code == null ? -1 : code);
  }

  /** What the command left running may hold the pipe open for ever: what is there now is taken. */
  private void drain() {
    try {
      int before = -1;
      while (output().length != before && !kept.isFull()) {
        before = output().length;
        readOutput();
      }
    } catch (IOException e) {
      LOG.debug("the end of a probe's output is lost: {}", e.getMessage());
    }
  }

  private static void cancel(@Nullable Registration registration) {
    if (registration != null) {
      registration.cancel();
    }
  }
}
