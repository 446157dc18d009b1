package dev.priok.kernel.fs;

import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.Io;
import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.call.Scratch;
import dev.priok.kernel.call.SystemCall;

/** Files that exist in memory only, without a name (memfd_create(2)). */
public final class MemoryFile {
  private static final int MFD_CLOEXEC = 1;
  private static final int MFD_ALLOW_SEALING = 2;
  private static final int F_ADD_SEALS = 1033;

  /** F_SEAL_SEAL, F_SEAL_SHRINK, F_SEAL_GROW and F_SEAL_WRITE. */
  private static final int ALL_SEALS = 0xf;

  private MemoryFile() {}

  /**
   * A file with this content that nobody can change any more, to be handed to another process.
   *
   * @param name shown in /proc, for people
   */
  public static Fd sealed(String name, byte[] content) throws LinuxException {
    Fd file = create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
    try {
      Io.write(file, content);
      Io.fcntl(file.number(), F_ADD_SEALS, ALL_SEALS);
      return file;
    } catch (LinuxException e) {
      file.close();
      throw e;
    }
  }

  /** An empty file, for what a child process says: no pipe that fills up, nothing on the disk. */
  public static Fd empty(String name) throws LinuxException {
    return create(name, MFD_CLOEXEC);
  }

  private static Fd create(String name, int flags) throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      long r = s.call(SystemCall.MEMFD_CREATE, s.text(name), flags);
      return new Fd((int) LinuxException.check(r, SystemCall.MEMFD_CREATE, name));
    }
  }
}
