package dev.priok.kernel.process;

import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.call.Scratch;
import dev.priok.kernel.call.SystemCall;

/** Whether orphaned descendants become children of this process instead of init's. */
public final class Subreaper {
  private static final int PR_SET_CHILD_SUBREAPER = 36;

  private Subreaper() {}

  /** Turns it on or off, for the whole process. Adopted orphans must then be waited for. */
  public static void set(boolean on) throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      long r = s.call(SystemCall.PRCTL, PR_SET_CHILD_SUBREAPER, on ? 1 : 0, 0, 0, 0);
      LinuxException.check(r, SystemCall.PRCTL, "PR_SET_CHILD_SUBREAPER");
    }
  }
}
