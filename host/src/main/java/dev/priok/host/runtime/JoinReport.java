package dev.priok.host.runtime;

import dev.priok.kernel.call.Errno;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.Io;
import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.event.EventLoop;
import dev.priok.kernel.event.Registration;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link JoinProgram} tells of its way: the id of the command's process, and complaints. Its
 * pipe ends when the command is executed, for nobody holds the other side any more. Everything
 * happens on the event loop's thread.
 */
final class JoinReport {
  private static final int RECORD = 16;

  private final Fd reader;
  private final Listener listener;
  private final ByteArrayOutputStream records = new ByteArrayOutputStream();
  private final byte[] buffer = new byte[RECORD * 64];
  private @Nullable Registration watch;
  private boolean told;

  /** A step that failed. */
  record Complaint(long step, int errno) {}

  /** Who is told; each call comes once at most, in this order. */
  interface Listener {
    /** The command's process is there; it has not executed the command. */
    void made(int pid);

    /** The command runs, or there are complaints, or the program was killed. */
    void settled(List<Complaint> complaints);
  }

  /** Takes ownership of the non-blocking reading end. */
  JoinReport(Fd reader, Listener listener) {
    this.reader = reader;
    this.listener = listener;
  }

  /** On the loop's thread. */
  void watch(EventLoop loop) throws LinuxException {
    watch = loop.register(reader, EventLoop.READ, events -> readable());
  }

  /** Harmless after the end. */
  void close() {
    Registration own = watch;
    if (own != null) {
      own.cancel();
    }
    reader.close();
  }

  private void readable() throws LinuxException {
    int n = read();
    if (n > 0) {
      records.write(buffer, 0, n);
      ByteBuffer all = all();
      if (!told && all.remaining() >= RECORD && all.getLong() == JoinProgram.PID) {
        told = true;
        listener.made((int) all.getLong());
      }
    } else if (n < 0) {
      close();
      listener.settled(complaints());
    }
  }

  private int read() throws LinuxException {
    try {
      return Io.read(reader, buffer, 0, buffer.length);
    } catch (LinuxException e) {
      if (e.is(Errno.EAGAIN)) {
        return 0;
      }
      throw e;
    }
  }

  private List<Complaint> complaints() {
    List<Complaint> found = new ArrayList<>();
    ByteBuffer all = all();
    while (all.remaining() >= RECORD) {
      long step = all.getLong();
      long value = all.getLong();
      if (step != JoinProgram.PID) {
        found.add(new Complaint(step, (int) -value));
      }
    }
    return found;
  }

  private ByteBuffer all() {
    return ByteBuffer.wrap(records.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
  }
}
