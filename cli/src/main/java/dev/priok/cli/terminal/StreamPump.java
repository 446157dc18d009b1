package dev.priok.cli.terminal;

import dev.priok.client.streams.HijackedStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Moves bytes between the user and an attached process until its output ends or keys detach. */
public final class StreamPump {
  private final HijackedStream stream;
  private final OutputStream stdout;
  private final OutputStream stderr;
  private final AtomicBoolean detached = new AtomicBoolean();

  /** Moves between {@code stream} and these outputs. */
  public StreamPump(HijackedStream stream, OutputStream stdout, OutputStream stderr) {
    this.stream = stream;
    this.stdout = stdout;
    this.stderr = stderr;
  }

  /**
   * Sends {@code stdin} until it ends, on a thread of its own: a read of a terminal cannot be
   * interrupted, so the thread must not keep the program alive.
   */
  public void startInput(InputStream stdin, @Nullable DetachKeys keys) {
    Thread.ofPlatform().daemon().name("stdin").start(() -> copyInput(stdin, keys));
  }

  /** Ends the process's standard input at once. */
  public void noInput() throws IOException {
    stream.closeStdin();
  }

  /** Copies output until it ends; true when keys detached. */
  public boolean copyOutput() throws IOException {
    try {
      stream.output().copyTo(stdout, stderr);
    } catch (IOException e) {
      if (!detached.get()) {
        throw e;
      }
    }
    return detached.get();
  }

  private void copyInput(InputStream stdin, @Nullable DetachKeys keys) {
    byte[] buffer = new byte[32 * 1024];
    try {
      for (int n = stdin.read(buffer); n >= 0; n = stdin.read(buffer)) {
        if (keys == null) {
          stream.stdin().write(buffer, 0, n);
          continue;
        }
        byte[] passed = keys.filter(buffer, n);
        if (passed == null) {
          detached.set(true);
          stream.close();
          return;
        }
        stream.stdin().write(passed, 0, passed.length);
      }
      stream.closeStdin();
    } catch (IOException e) {
      // The process has ended or closed its input; what it wrote is still being copied, and that
      // side reports when the connection itself is broken.
      Thread.currentThread().interrupt();
    }
  }
}
