package dev.priok.host.runtime;

import dev.priok.kernel.call.Errno;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.Io;
import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.event.EventLoop;
import dev.priok.kernel.event.Registration;
import dev.priok.kernel.process.Children;
import dev.priok.kernel.process.ProcessTable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.IntConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One command made by a {@link ProbeProgram}: reads what the program complains of and what the
 * command writes, and reaps it. Everything but {@link #kill} happens on the event loop's thread.
 */
final class DirectProbe implements Probe {
  private static final Logger LOG = LoggerFactory.getLogger(DirectProbe.class);
  private static final int RECORD = 16;
  private static final int SIGKILL = 9;

  private final EventLoop loop;
  private final Fd output;
  private final Fd complaints;
  private final int limit;
  private final Words words;
  private final IntConsumer noted;
  private final CompletableFuture<Start> started = new CompletableFuture<>();
  private final CompletableFuture<Integer> exit = new CompletableFuture<>();
  private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
  private final ByteArrayOutputStream records = new ByteArrayOutputStream();
  private final byte[] buffer = new byte[4096];
  private @Nullable Registration watchOutput;
  private @Nullable Registration watchComplaints;
  private int helper;
  private volatile int pid;
  private volatile boolean killed;
  private boolean reaped;
  private boolean saidAll;
  private @Nullable String refusal;
  private @Nullable Integer code;

  /** What a failure is called. */
  @FunctionalInterface
  interface Words {
    String of(long step, int errno);
  }

  /**
   * Takes ownership of the reading ends.
   *
   * @param noted told the command's process id, before it can be waited for
   */
  DirectProbe(EventLoop loop, Fd output, Fd complaints, int limit, Words words, IntConsumer noted) {
    this.loop = loop;
    this.output = output;
    this.complaints = complaints;
    this.limit = limit;
    this.words = words;
    this.noted = noted;
  }

  /** Begins to watch; {@code helperPid} is the program's first process. */
  void watch(int helperPid) {
    helper = helperPid;
    loop.execute(() -> {
      try {
        watchOutput = loop.register(output, EventLoop.READ, events -> readOutput());
        watchComplaints = loop.register(complaints, EventLoop.READ, events -> readComplaints());
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
    synchronized (kept) {
      return kept.toByteArray();
    }
  }

  @Override
  public void kill() {
    killed = true;
    loop.execute(() -> {
      try {
        if (!reaped) {
          ProcessTable.signal(helper, SIGKILL); // ours until it is reaped
        }
      } catch (LinuxException e) {
        LOG.warn("the start of a probe cannot be cut short: {}", e.getMessage());
      }
    });
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

  private void readComplaints() throws LinuxException {
    int n = read(complaints);
    if (n > 0) {
      records.write(buffer, 0, n);
      noticePid();
    } else if (n < 0) {
      complete();
    }
  }

  private void noticePid() throws LinuxException {
    if (pid > 0 || records.size() < RECORD) {
      return;
    }
    ByteBuffer record = ByteBuffer.wrap(records.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
    if (record.getLong() == ProbeProgram.PID) {
      reapHelper();
      int found = (int) record.getLong();
      pid = found;
      noted.accept(found);
      // Ours to reap, so the id is its own until then.
      var _ =
          Children.onExit(loop, found)
              .whenComplete((status, failure) -> {
                code = status == null ? -1 : status.shellCode();
                finish();
              });
      if (killed) {
        killSession(found, e -> true);
      }
    }
  }

  /** Nobody holds the complaint descriptor any more: the command runs, or never will. */
  private void complete() throws LinuxException {
    cancel(watchComplaints);
    reapHelper();
    ByteBuffer all = ByteBuffer.wrap(records.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
    String failure = null;
    while (all.remaining() >= RECORD) {
      long step = all.getLong();
      long value = all.getLong();
      if (step != ProbeProgram.PID) {
        failure = words.of(step, (int) -value);
      }
    }
    saidAll = true;
    if (failure == null && pid == 0) {
      failure = "the process that makes it was killed";
    }
    refusal = failure;
    started.complete(failure == null ? new Start.Running(pid) : new Start.Refused(failure));
    finish();
  }

  private void reapHelper() throws LinuxException {
    if (!reaped) {
      reaped = true;
      Children.waitFor(helper); // it leaves right after its report
    }
  }

  private void readOutput() throws LinuxException {
    int n = read(output);
    if (n > 0) {
      synchronized (kept) {
        kept.write(buffer, 0, Math.min(n, limit - Math.min(limit, kept.size())));
      }
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
    cancel(watchComplaints);
    output.close();
    complaints.close();
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
      while (output().length != before && output().length < limit) {
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
