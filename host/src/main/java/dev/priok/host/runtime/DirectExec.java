package dev.priok.host.runtime;

import dev.priok.host.runtime.ExecResult.Refused;
import dev.priok.host.runtime.ExecResult.Running;
import dev.priok.host.runtime.JoinReport.Complaint;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.event.EventLoop;
import dev.priok.kernel.process.Children;
import dev.priok.model.error.EngineException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One process of an exec: follows its start, and its end through its keeper's. */
final class DirectExec implements JoinReport.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(DirectExec.class);

  private final EventLoop loop;
  private final int keeper;
  private final Fd state;
  private final PipeAttachment attachment;
  private final boolean readAtOnce;
  private final JoinFailure words;
  private final CompletableFuture<Optional<ExecResult>> start = new CompletableFuture<>();
  private final CompletableFuture<Integer> exit = new CompletableFuture<>();
  private int pid;

  /**
   * Takes ownership of all that it gets.
   *
   * @param keeper our child, which is reaped here
   * @param readAtOnce whether output is read, and dropped, before anybody has subscribed
   */
  DirectExec(
      EventLoop loop,
      int keeper,
      Fd state,
      PipeAttachment attachment,
      boolean readAtOnce,
      JoinFailure words) {
    this.loop = loop;
    this.keeper = keeper;
    this.state = state;
    this.attachment = attachment;
    this.readAtOnce = readAtOnce;
    this.words = words;
  }

  /** Returns when the command runs, or was refused; empty where only an OCI runtime can make it. */
  Optional<ExecResult> watch(Fd report) throws IOException {
    JoinReport reader = new JoinReport(report, this);
    loop.execute(() -> {
      try {
        reader.watch(loop);
        var _ = Children.onExit(loop, keeper).whenComplete((status, failure) -> keeperEnded());
        if (readAtOnce) {
          attachment.listen();
        }
      } catch (LinuxException e) {
        reader.close();
        attachment.close();
        start.completeExceptionally(e);
      }
    });
    try {
      return start.get();
    } catch (ExecutionException e) {
      throw new IOException("an exec cannot be watched: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw EngineException.internal("interrupted while an exec was started", e);
    }
  }

  @Override
  public void made(int command) {
    pid = command;
  }

  @Override
  public void settled(List<Complaint> complaints) {
    Optional<RuntimeFailure> failure = words.of(complaints, pid);
    if (failure.isEmpty()) {
      start.complete(Optional.of(new Running(pid, attachment, exit)));
      return;
    }
    attachment.close();
    start.complete(
        words.isOfProfile(complaints)
            ? Optional.empty()
            : Optional.of(new Refused(failure.get().message(), failure.get().exitCode())));
  }

  private void keeperEnded() {
    int code = exitCode();
    state.close();
    attachment.ended();
    // Whoever is told may write to a disk.
    var _ =
        attachment
            .end()
            .thenRun(() -> Thread.ofVirtual().name("exec-exit").start(() -> exit.complete(code)));
  }

  private int exitCode() {
    try {
      Optional<Integer> code = ExecFile.exitCode(state);
      if (code.isEmpty() && pid > 0) {
        LOG.warn("the keeper of an exec was killed: the exit code of process {} is lost", pid);
      }
      return code.orElse(ExecFile.UNKNOWN);
    } catch (IOException e) {
      LOG.warn("the exit code of process {} cannot be read", pid, e);
      return ExecFile.UNKNOWN;
    }
  }
}
