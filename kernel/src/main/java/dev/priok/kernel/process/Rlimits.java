package dev.priok.kernel.process;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.call.Scratch;
import dev.priok.kernel.call.SystemCall;
import java.lang.foreign.MemorySegment;

/** Resource limits of a process (prlimit(2)). */
public final class Rlimits {
  /** No limit. */
  public static final long INFINITY = -1;

  private Rlimits() {}

  /** The kinds of limits, with the kernel's numbers (asm-generic/resource.h). */
  public enum Kind {
    /** Seconds of processor time. */
    CPU(0),
    /** Size of files written. */
    FSIZE(1),
    /** Data segment. */
    DATA(2),
    /** Stack. */
    STACK(3),
    /** Core files. */
    CORE(4),
    /** Resident set; without effect. */
    RSS(5),
    /** Processes of the user. */
    NPROC(6),
    /** Descriptors. */
    NOFILE(7),
    /** Locked memory. */
    MEMLOCK(8),
    /** Address space. */
    AS(9),
    /** File locks. */
    LOCKS(10),
    /** Queued signals. */
    SIGPENDING(11),
    /** Bytes in message queues. */
    MSGQUEUE(12),
    /** Ceiling of the nice value. */
    NICE(13),
    /** Ceiling of the real-time priority. */
    RTPRIO(14),
    /** Microseconds of real-time scheduling. */
    RTTIME(15);

    private final int number;

    Kind(int number) {
      this.number = number;
    }

    /** The kernel's number. */
    public int number() {
      return number;
    }
  }

  /**
   * A limit; {@link #INFINITY} is none.
   *
   * @param soft what holds now
   * @param hard how far the process may raise it
   */
  public record Limit(long soft, long hard) {}

  /** The limit of a process; 0 means this one. */
  public static Limit get(int pid, Kind kind) throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      MemorySegment old = s.take(16);
      long r = s.call(SystemCall.PRLIMIT64, pid, kind.number, 0, old.address());
      LinuxException.check(r, SystemCall.PRLIMIT64, kind);
      return new Limit(old.get(JAVA_LONG, 0), old.get(JAVA_LONG, 8));
    }
  }

  /** Sets the limit of a process; 0 means this one. */
  public static void set(int pid, Kind kind, Limit limit) throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      MemorySegment wanted = s.take(16);
      wanted.set(JAVA_LONG, 0, limit.soft());
      wanted.set(JAVA_LONG, 8, limit.hard());
      long r = s.call(SystemCall.PRLIMIT64, pid, kind.number, wanted.address(), 0);
      LinuxException.check(r, SystemCall.PRLIMIT64, kind);
    }
  }
}
