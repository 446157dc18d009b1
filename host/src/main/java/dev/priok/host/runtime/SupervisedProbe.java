package dev.priok.host.runtime;

import dev.priok.host.logging.LogStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A probe as an exec under a supervisor, for containers that {@link JoinPrograms} cannot enter. */
final class SupervisedProbe implements Probe, OutputSink {
  private final CompletableFuture<Start> started = new CompletableFuture<>();
  private final CompletableFuture<Integer> exit = new CompletableFuture<>();
  private final KeptOutput kept;
  private volatile boolean killed;
  private volatile int pid;

  SupervisedProbe(int limit) {
    this.kept = new KeptOutput(limit);
  }

  /** Told by the one who launches it, on a thread that may block. */
  void launched(ExecResult result) {
    switch (result) {
      case ExecResult.Refused refused -> {
        started.complete(new Start.Refused(refused.message()));
        exit.complete(-1);
      }
      case ExecResult.Running running -> {
        pid = running.pid();
        running.attachment().subscribe(this);
        started.complete(new Start.Running(running.pid()));
        if (killed) {
          kill();
        }
        var _ =
            running.exit().whenComplete((code, failure) -> exit.complete(code == null ? -1 : code));
      }
    }
  }

  void failed(RuntimeException e) {
    started.complete(new Start.Refused(String.valueOf(e.getMessage())));
    exit.complete(-1);
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

  @Override
  public void kill() {
    killed = true;
    if (pid > 0 && !exit.isDone()) {
      DirectProbe.killSession(pid, e -> true);
    }
  }

  @Override
  public void output(LogStream stream, byte[] bytes, int offset, int length) {
    kept.add(bytes, offset, length);
  }

  @Override
  public void ended() {}

  @Override
  public void overrun() {}
}
