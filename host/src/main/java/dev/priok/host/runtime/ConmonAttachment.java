package dev.priok.host.runtime;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.priok.host.logging.LogFollow;
import dev.priok.host.logging.LogStream;
import dev.priok.kernel.call.At;
import dev.priok.kernel.call.Errno;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.Io;
import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.call.OpenFlags;
import dev.priok.kernel.call.Scratch;
import dev.priok.kernel.call.SystemCall;
import dev.priok.kernel.event.EventLoop;
import dev.priok.kernel.event.Registration;
import dev.priok.kernel.event.Sockets;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The one connection to a supervisor's attach socket (conmon's conn_sock.c): messages of one byte
 * for the stream (2 output, 3 errors; 1 and 2 in spirit) and up to 8 KiB of output; what is sent
 * the other way is input, at most 32 KiB a message.
 */
final class ConmonAttachment implements Attachment, OutputFan.Source {
  /** conmon's stdpipe_t: STDIN_PIPE 1, STDOUT_PIPE 2, STDERR_PIPE 3. */
  private static final int STDERR_PIPE = 3;

  private static final int INPUT_MESSAGE = 16 * 1024;

  /** conmon's STDIO_BUF_SIZE is 8 KiB (32 KiB in some versions), and the stream's byte. */
  private static final int LARGEST_MESSAGE = 33 * 1024;

  private static final int MESSAGES_A_TURN = 256;

  private final EventLoop loop;
  private final Path directory;
  private final IntConsumer counted;
  private final Fd socket;
  private final OutputFan fan;
  private final ReentrantLock input = new ReentrantLock();
  private boolean inputClosed;
  // Loop thread only.
  private @Nullable Registration registration;

  private ConmonAttachment(
      EventLoop loop, Path directory, Path spillDirectory, IntConsumer counted, Fd socket) {
    this.loop = loop;
    this.directory = directory;
    this.counted = counted;
    this.socket = socket;
    this.fan = new OutputFan(loop, spillDirectory, this);
  }

  /**
   * Connects.
   *
   * @param directory where conmon's attach socket and ctl pipe are
   * @param counted told the size of each piece, on the loop's thread
   * @param waiting whether to read nothing before the first subscriber has come: for a program that
   *     runs already when its streams are handed out
   */
  static ConmonAttachment connect(
      EventLoop loop, Path directory, Path spillDirectory, IntConsumer counted, boolean waiting)
      throws LinuxException {
    Fd socket =
        Sockets.connectUnix(directory.resolve("attach"), Sockets.SEQPACKET | Sockets.NON_BLOCKING);
    ConmonAttachment attachment =
        new ConmonAttachment(loop, directory, spillDirectory, counted, socket);
    if (!waiting) {
      loop.execute(attachment::listen);
    }
    return attachment;
  }

  /** Completes when everything was read. */
  CompletableFuture<Void> end() {
    return fan.end();
  }

  @Override
  public Subscription subscribe(OutputSink sink) {
    return fan.subscribe(sink);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    int done = 0;
    while (done < length) {
      int size = Math.min(INPUT_MESSAGE, length - done);
      input.lock();
      try {
        if (inputClosed || fan.hasEnded()) {
          throw new IOException("the input of the process is closed");
        }
        if (Sockets.send(socket, bytes, offset + done, size) > 0) {
          done += size;
          continue;
        }
      } catch (IllegalStateException closed) {
        throw new IOException("the process has ended", closed);
      } finally {
        input.unlock();
      }
      try {
        // The socket holds some 200 KB, so this bounds the rate far above what a pipe takes.
        Thread.sleep(1);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted while the process did not read", e);
      }
    }
  }

  @Override
  public void closeStdin() throws IOException {
    input.lock();
    try {
      if (!inputClosed) {
        inputClosed = true;
        if (socket.isOpen()) {
          Sockets.shutdownOutput(socket);
        }
      }
    } finally {
      input.unlock();
    }
  }

  @Override
  public void resize(int rows, int columns) throws IOException {
    control(directory, "1 " + rows + " " + columns + "\n");
  }

  @Override
  public LogFollow follow() {
    return fan.follow();
  }

  /** Writes one line to conmon's control pipe; it never blocks. */
  static void control(Path directory, String line) throws LinuxException {
    try (Fd pipe =
        At.open(directory.resolve("ctl"), OpenFlags.WRITE_ONLY | OpenFlags.NON_BLOCKING)) {
      Io.write(pipe, line);
    }
  }

  /** Ends it; the process runs on. */
  void close() {
    loop.execute(this::finish);
  }

  @Override
  public void listen() {
    if (fan.hasEnded() || registration != null) {
      return;
    }
    try {
      registration = loop.register(socket, EventLoop.READ, events -> readable());
    } catch (LinuxException e) {
      finish();
      throw new IllegalStateException("cannot watch an attach socket", e);
    }
  }

  /** Taken off the loop, for a hang-up would be reported without end. */
  @Override
  public void rest() {
    Registration own = registration;
    registration = null;
    if (own != null) {
      own.cancel();
    }
  }

  /**
   * Reads what is there. The byte that names the stream comes before the data of each message, so a
   * message is read to where its first byte covers the last one before it, which is then put back:
   * the data of many messages come to lie side by side without being moved.
   */
  private void readable() throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      MemorySegment buffer = s.buffer();
      int start = 1;
      int end = 1;
      LogStream current = LogStream.STDOUT;
      for (int i = 0; i < MESSAGES_A_TURN && !fan.isPaused() && !fan.hasEnded(); i++) {
        byte covered = buffer.get(JAVA_BYTE, end - 1);
        long at = buffer.address() + end - 1;
        long n = s.call(SystemCall.READ, socket.number(), at, Scratch.BUFFER_SIZE - (end - 1));
        if (n <= 0) {
          deliver(current, buffer, start, end);
          if (n != -Errno.EAGAIN.number()) {
            finish(); // the end, or conmon was killed (ECONNRESET)
          }
          return;
        }
        boolean errors = buffer.get(JAVA_BYTE, end - 1) == STDERR_PIPE;
        buffer.set(JAVA_BYTE, end - 1, covered);
        LogStream stream = errors ? LogStream.STDERR : LogStream.STDOUT;
        if (stream != current) {
          deliver(current, buffer, start, end);
          start = end;
          current = stream;
        }
        end += (int) n - 1;
        if (Scratch.BUFFER_SIZE - end < LARGEST_MESSAGE) {
          deliver(current, buffer, start, end);
          start = 1;
          end = 1;
        }
      }
      deliver(current, buffer, start, end);
    }
  }

  private void deliver(LogStream stream, MemorySegment buffer, int start, int end) {
    if (end > start) {
      byte[] bytes = new byte[end - start];
      MemorySegment.copy(buffer, JAVA_BYTE, start, bytes, 0, bytes.length);
      fan.deliver(new Chunk(stream, bytes));
      counted.accept(bytes.length);
    }
  }

  private void finish() {
    if (fan.hasEnded()) {
      return;
    }
    rest();
    input.lock();
    try {
      socket.close();
    } finally {
      input.unlock();
    }
    fan.finish();
  }
}
