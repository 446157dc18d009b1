package dev.priok.host.runtime;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.priok.host.logging.LogFollow;
import dev.priok.host.logging.LogStream;
import dev.priok.kernel.call.Errno;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.call.Scratch;
import dev.priok.kernel.call.SystemCall;
import dev.priok.kernel.event.EventLoop;
import dev.priok.kernel.event.Registration;
import dev.priok.kernel.tty.Terminals;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The streams of a process whose pipes, or whose terminal, this daemon holds itself. */
final class PipeAttachment implements Attachment, OutputFan.Source {
  /** Reads a turn; what comes then waits until others had theirs. */
  private static final int READS_A_TURN = 16;

  /** What a pipe holds at most (pipe(7), pipe-max-size): no more was written before the end. */
  private static final long LEFT_BEHIND = 1024 * 1024;

  private final EventLoop loop;
  private final OutputFan fan;
  private final List<Output> outputs;
  private final @Nullable Fd input;
  private final @Nullable Fd terminal;
  private final ReentrantLock writing = new ReentrantLock();
  private final ReentrantLock holding = new ReentrantLock(); // nobody closes what is in a call
  private final AtomicReference<@Nullable CompletableFuture<Void>> room = new AtomicReference<>();
  private boolean over; // loop thread only

  /** One descriptor that output comes from; used on the loop's thread only. */
  static final class Output {
    private final Fd fd;
    private final LogStream stream;
    private @Nullable Registration registration;

    /** Takes ownership; it does not block. */
    Output(Fd fd, LogStream stream) {
      this.fd = fd;
      this.stream = stream;
    }

    Fd fd() {
      return fd;
    }

    private void rest() {
      Registration own = registration;
      registration = null;
      if (own != null) {
        own.cancel();
      }
    }

    private void close() {
      rest();
      fd.close();
    }
  }

  /**
   * Takes ownership of all descriptors. Nothing is read before {@link #listen}, or the first
   * subscriber.
   *
   * @param input does not block; null where there is none
   * @param terminal to be given a size; null where there is none
   */
  PipeAttachment(
      EventLoop loop,
      Path spillDirectory,
      List<Output> outputs,
      @Nullable Fd input,
      @Nullable Fd terminal) {
    this.loop = loop;
    this.fan = new OutputFan(loop, spillDirectory, this);
    this.outputs = outputs;
    this.input = input;
    this.terminal = terminal;
  }

  /** Completes when everything was read. */
  CompletableFuture<Void> end() {
    return fan.end();
  }

  /**
   * The process has ended; called on the loop's thread. What it wrote is delivered; what others
   * write that it has left behind is not waited for.
   */
  void ended() {
    over = true;
    if (outputs.stream().anyMatch(o -> o.registration != null || !o.fd.isOpen())
        || fan.isPaused()
        || outputs.isEmpty()) {
      finish();
    } // else it waits for its first subscriber
  }

  /** Gives up everything at once; harmless when repeated. */
  void close() {
    loop.execute(this::release);
  }

  @Override
  public Subscription subscribe(OutputSink sink) {
    return fan.subscribe(sink);
  }

  @Override
  public LogFollow follow() {
    return fan.follow();
  }

  @Override
  public void listen() {
    if (fan.hasEnded()) {
      return;
    }
    if (over) {
      finish();
      return;
    }
    try {
      for (Output output : outputs) {
        if (output.registration == null && output.fd.isOpen()) {
          output.registration = loop.register(output.fd, EventLoop.READ, events -> read(output));
        }
      }
    } catch (LinuxException e) {
      release();
      throw new IllegalStateException("cannot watch the output of a process", e);
    }
  }

  @Override
  public void rest() {
    outputs.forEach(Output::rest);
  }

  private void read(Output output) throws LinuxException {
    for (int i = 0; i < READS_A_TURN && !fan.isPaused(); i++) {
      if (readOnce(output) <= 0) {
        return;
      }
    }
  }

  /** The number of bytes; 0 where there are none now, or never again. */
  private long readOnce(Output output) throws LinuxException {
    if (!output.fd.isOpen()) {
      return 0;
    }
    try (Scratch s = Scratch.borrow()) {
      MemorySegment buffer = s.buffer();
      long n = s.call(SystemCall.READ, output.fd.number(), buffer.address(), Scratch.BUFFER_SIZE);
      if (n > 0) {
        byte[] bytes = new byte[(int) n];
        MemorySegment.copy(buffer, JAVA_BYTE, 0, bytes, 0, bytes.length);
        fan.deliver(new Chunk(output.stream, bytes));
      } else if (n != -Errno.EAGAIN.number()) {
        output.close(); // the end; EIO is what a terminal says that nobody has open any more
        if (n != 0 && n != -Errno.EIO.number()) {
          LinuxException.check(n, SystemCall.READ, output.stream);
        }
      }
      return Math.max(n, 0);
    }
  }

  private void finish() {
    try {
      for (Output output : outputs) {
        long left = LEFT_BEHIND;
        for (long n = readOnce(output); n > 0 && left > 0; n = readOnce(output)) {
          left -= n;
        }
      }
    } catch (LinuxException e) {
      throw new IllegalStateException("the end of a process's output is lost", e);
    } finally {
      release();
    }
  }

  private void release() {
    if (fan.hasEnded()) {
      return;
    }
    outputs.forEach(Output::close);
    closeInput();
    holding.lock();
    try {
      if (terminal != null) {
        terminal.close();
      }
    } finally {
      holding.unlock();
    }
    fan.finish();
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    writing.lock();
    try {
      for (int done = 0; done < length; ) {
        int n = writeOnce(bytes, offset + done, length - done);
        done += n;
        if (n == 0) {
          awaitRoom();
        }
      }
    } finally {
      writing.unlock();
    }
  }

  /** How much it took; 0 where it is full. */
  private int writeOnce(byte[] bytes, int offset, int length) throws IOException {
    holding.lock();
    try (Scratch s = Scratch.borrow()) {
      Fd to = input;
      if (to == null || !to.isOpen()) {
        throw new IOException("the input of the process is closed");
      }
      int size = Math.min(length, Scratch.BUFFER_SIZE);
      MemorySegment.copy(bytes, offset, s.buffer(), JAVA_BYTE, 0, size);
      long n = s.call(SystemCall.WRITE, to.number(), s.buffer().address(), size);
      if (n == -Errno.EAGAIN.number()) {
        return 0;
      }
      return (int) LinuxException.check(n, SystemCall.WRITE, "the input of a process");
    } finally {
      holding.unlock();
    }
  }

  private void awaitRoom() throws IOException {
    CompletableFuture<Void> wait = new CompletableFuture<>();
    room.set(wait);
    loop.execute(() -> watchRoom(wait));
    try {
      wait.get();
    } catch (ExecutionException e) {
      throw new IOException("the input of the process cannot be watched", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the process did not read", e);
    }
  }

  private void watchRoom(CompletableFuture<Void> wait) {
    holding.lock();
    try {
      Fd to = input;
      if (to == null || !to.isOpen()) {
        wait.complete(null); // the next attempt says so
        return;
      }
      Registration own = loop.register(to, EventLoop.WRITE, events -> wait.complete(null));
      var _ = wait.whenComplete((nothing, failure) -> own.cancel());
    } catch (LinuxException e) {
      wait.completeExceptionally(e);
    } finally {
      holding.unlock();
    }
  }

  @Override
  public void closeStdin() {
    if (terminal == null) {
      closeInput();
    }
  }

  private void closeInput() {
    holding.lock();
    try {
      CompletableFuture<Void> wait = room.get();
      if (wait != null) {
        wait.complete(null); // takes the descriptor off the loop, which must come before
      }
      if (input != null) {
        input.close();
      }
    } finally {
      holding.unlock();
    }
  }

  @Override
  public void resize(int rows, int columns) throws IOException {
    holding.lock();
    try {
      if (terminal != null && terminal.isOpen()) {
        Terminals.resize(terminal, new Terminals.Size(rows, columns));
      }
    } finally {
      holding.unlock();
    }
  }
}
