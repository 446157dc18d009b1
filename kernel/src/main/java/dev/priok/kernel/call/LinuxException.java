package dev.priok.kernel.call;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A system call that failed. The message reads like {@code mount /var/lib/x: Permission denied
 * (EACCES)}; programs ask {@link #errno()}, or {@link #is(Errno)}.
 */
public final class LinuxException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String call;
  private final Errno errno;

  /**
   * Makes the exception.
   *
   * @param call the system call's or library function's name
   * @param number the positive error number
   * @param subject what it was about: a path, a descriptor, a process id; null if nothing
   */
  public LinuxException(String call, int number, @Nullable Object subject) {
    super(text(call, number, subject));
    this.call = call;
    this.errno = Errno.of(number);
  }

  /** The error. */
  public Errno errno() {
    return errno;
  }

  /** The call that failed. */
  public String call() {
    return call;
  }

  /** Whether this is that error. */
  public boolean is(Errno expected) {
    return errno == expected;
  }

  /**
   * Passes a result on or throws.
   *
   * @param result what {@link Scratch#call} returned: a value, or the negative error number
   * @param call the call made
   * @param subject what it was about, turned into text only on failure
   */
  public static long check(long result, SystemCall call, @Nullable Object subject)
      throws LinuxException {
    if (result < 0) {
      throw new LinuxException(call.label(), (int) -result, subject);
    }
    return result;
  }

  private static String text(String call, int number, @Nullable Object subject) {
    Errno errno = Errno.of(number);
    String reason =
        errno == Errno.UNKNOWN
            ? "Unknown error " + number
            : errno.text() + " (" + errno.name() + ")";
    return call + (subject == null ? "" : " " + subject) + ": " + reason;
  }
}
