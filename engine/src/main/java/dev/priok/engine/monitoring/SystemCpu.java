package dev.priok.engine.monitoring;

import dev.priok.kernel.call.At;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.Io;
import dev.priok.kernel.call.OpenFlags;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The host's processor time, from {@code /proc/stat} (proc(5)). */
public final class SystemCpu {
  private static final Path STAT = Path.of("/proc/stat");

  /** Units of /proc/stat a second (USER_HZ, proc(5)); 100 on every Linux of the last decades. */
  private static final long NANOS_A_TICK = 1_000_000_000L / 100;

  /** user, nice, system, idle, iowait, irq, softirq, as Docker adds them: without steal. */
  private static final int FIELDS = 7;

  /** The lines of processors come first, and the huge one about interrupts after them. */
  private static final int ROOM_A_LINE = 128;

  private final byte[] buffer;
  private Times last = new Times(0, 0);
  private long lastRead;

  SystemCpu() {
    this.buffer = new byte[ROOM_A_LINE * (2 + Runtime.getRuntime().availableProcessors())];
  }

  /**
   * The host's times.
   *
   * @param total nanoseconds that all processors together have passed, busy or idle
   * @param online processors in use
   */
  public record Times(long total, int online) {}

  /** Now, or less than a tick ago: the numbers do not change in between. */
  synchronized Times read() throws IOException {
    long now = System.nanoTime();
    if (last.online() == 0 || now - lastRead >= NANOS_A_TICK) {
      int size = 0;
      try (Fd file = At.open(STAT, OpenFlags.READ_ONLY)) {
        for (int n = Io.read(file, buffer, 0, buffer.length);
            n > 0;
            n = Io.read(file, buffer, size, buffer.length - size)) {
          size += n;
        }
      }
      last = parse(new String(buffer, 0, size, StandardCharsets.US_ASCII));
      lastRead = now;
    }
    return last;
  }

  static Times parse(String text) throws IOException {
    long ticks = -1;
    int online = 0;
    for (String line : text.lines().toList()) {
      if (!line.startsWith("cpu")) {
        break;
      }
      if (line.charAt(3) == ' ') {
        String[] fields = line.split(" +", -1);
        ticks = 0;
        for (int i = 1; i <= FIELDS && i < fields.length; i++) {
          ticks += Long.parseLong(fields[i]);
        }
      } else {
        online++;
      }
    }
    if (ticks < 0 || online == 0) {
      throw new IOException("/proc/stat tells no processor times");
    }
    return new Times(ticks * NANOS_A_TICK, online);
  }
}
