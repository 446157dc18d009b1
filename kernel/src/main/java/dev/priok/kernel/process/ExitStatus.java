package dev.priok.kernel.process;

/**
 * How a process ended (wait(2)).
 *
 * @param code the exit code, 0 if a signal ended it
 * @param signal the signal that ended it, 0 if none did
 */
public record ExitStatus(int code, int signal) {
  /** Reads the status word of wait(2). */
  public static ExitStatus ofWaitStatus(int status) {
    int signal = status & 0x7f;
    return signal == 0 ? new ExitStatus((status >> 8) & 0xff, 0) : new ExitStatus(0, signal);
  }

  /** The code as shells and Docker show it: 128 and the signal, if one ended it. */
  public int shellCode() {
    return signal == 0 ? code : 128 + signal;
  }

  /** Whether it ended by itself with code 0. */
  public boolean isSuccess() {
    return code == 0 && signal == 0;
  }
}
