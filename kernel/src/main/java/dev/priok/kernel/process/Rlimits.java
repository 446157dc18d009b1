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

  /** The kinds of limits, in the kernel's order. */
  public enum Kind {
    /** Seconds of processor time. */
    CPU,
    /** Size of files written. */
    FSIZE,
    /** Data segment. */
    DATA,
    /** Stack. */
    STACK,
    /** Core files. */
    CORE,
    /** Resident set; without effect. */
    RSS,
    /** Processes of the user. */
    NPROC,
    /** Descriptors. */
    NOFILE,
    /** Locked memory. */
    MEMLOCK,
    /** Address space. */
    AS,
    /** File locks. */
    LOCKS,
    /** Queued signals. */
    SIGPENDING,
    /** Bytes in message queues. */
    MSGQUEUE,
    /** Ceiling of the nice value. */
    NICE,
    /** Ceiling of the real-time priority. */
    RTPRIO,
    /** Microseconds of real-time scheduling. */
    RTTIME
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
      long r = s.call(SystemCall.PRLIMIT64, pid, kind.ordinal(), 0, old.address());
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
      long r = s.call(SystemCall.PRLIMIT64, pid, kind.ordinal(), wanted.address(), 0);
      LinuxException.check(r, SystemCall.PRLIMIT64, kind);
    }
  }
}
