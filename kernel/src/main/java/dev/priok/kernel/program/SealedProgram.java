package dev.priok.kernel.program;

import dev.priok.kernel.call.Architecture;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.Io;
import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.call.Scratch;
import dev.priok.kernel.call.SystemCall;
import dev.priok.kernel.process.Spawn;
import java.nio.file.Path;

/**
 * A {@link CallProgram} in memory, ready to be started any number of times.
 *
 * <p>It is a file without a name (memfd_create(2)) that nobody can change any more, so a process
 * inside a container that finds it behind {@code /proc/PID/exe} can read it and no more.
 */
public final class SealedProgram implements AutoCloseable {
  private static final int MFD_CLOEXEC = 1;
  private static final int MFD_ALLOW_SEALING = 2;
  private static final int MFD_EXEC = 0x10;
  private static final int F_ADD_SEALS = 1033;
  // F_SEAL_SEAL, _SHRINK, _GROW, _WRITE: fcntl(2).
  private static final int ALL_SEALS = 1 | 2 | 4 | 8;

  private final Fd file;
  private final String name;

  private SealedProgram(Fd file, String name) {
    this.file = file;
    this.name = name;
  }

  /** Whether programs of this kind can be made for this processor. */
  public static boolean isSupported() {
    return !Architecture.ARM64;
  }

  /**
   * Seals an image.
   *
   * @param name what {@code ps} shows of it, 15 characters at most
   */
  public static SealedProgram of(byte[] image, String name) throws LinuxException {
    Fd file = create(name);
    try {
      Io.write(file, image);
      Io.fcntl(file.number(), F_ADD_SEALS, ALL_SEALS);
      return new SealedProgram(file, name);
    } catch (LinuxException e) {
      file.close();
      throw e;
    }
  }

  private static Fd create(String name) throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      int flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
      long fd = s.call(SystemCall.MEMFD_CREATE, s.text(name), flags | MFD_EXEC);
      if (fd < 0) {
        // MFD_EXEC is new in Linux 6.3; before it every such file can be executed.
        fd = s.call(SystemCall.MEMFD_CREATE, s.text(name), flags);
      }
      return new Fd((int) LinuxException.check(fd, SystemCall.MEMFD_CREATE, name));
    }
  }

  /**
   * Prepares a start; the child has the program itself as this descriptor, which it needs until it
   * runs.
   */
  public Spawn spawn(int descriptor) {
    return new Spawn(Path.of("/proc/self/fd", Integer.toString(descriptor)))
        .name(name)
        .descriptor(descriptor, file);
  }

  @Override
  public void close() {
    file.close();
  }
}
