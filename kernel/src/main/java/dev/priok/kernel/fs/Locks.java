package dev.priok.kernel.fs;

import dev.priok.kernel.call.At;
import dev.priok.kernel.call.Errno;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.call.OpenFlags;
import dev.priok.kernel.call.Scratch;
import dev.priok.kernel.call.SystemCall;
import java.nio.file.Path;
import java.util.Optional;

/** flock(2): a lock that the kernel drops when its owner closes the descriptor or dies. */
public final class Locks {
  private static final int EXCLUSIVE = 2;
  private static final int NON_BLOCKING = 4;

  private Locks() {}

  /**
   * Takes the exclusive lock of a file, which is made if need be.
   *
   * @return the descriptor that holds the lock until it is closed; nothing if another has it
   */
  public static Optional<Fd> tryExclusive(Path file) throws LinuxException {
    Fd fd = At.open(null, file.toString(), OpenFlags.READ_WRITE | OpenFlags.CREATE, 0600);
    try (Scratch s = Scratch.borrow()) {
      long r = s.call(SystemCall.FLOCK, fd.number(), EXCLUSIVE | NON_BLOCKING);
      if (r == -Errno.EAGAIN.number()) {
        fd.close();
        return Optional.empty();
      }
      LinuxException.check(r, SystemCall.FLOCK, file);
      return Optional.of(fd);
    } catch (LinuxException failure) {
      fd.close();
      throw failure;
    }
  }
}
