package dev.priok.kernel.block;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.priok.kernel.call.At;
import dev.priok.kernel.call.Errno;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.Io;
import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.call.OpenFlags;
import dev.priok.kernel.call.PathText;
import dev.priok.kernel.call.Scratch;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** Files as block devices (loop(4), linux/loop.h). */
public final class LoopDevices {
  private static final long CTL_GET_FREE = 0x4c82;
  private static final long SET_CAPACITY = 0x4c07;
  private static final long CONFIGURE = 0x4c0a;
  private static final int CONFIG_SIZE = 304;
  private static final int FLAGS = 8 + 52;
  private static final int FILE_NAME = 8 + 56;
  private static final int LONGEST_NAME = 63;
  private static final int AUTOCLEAR = 4;
  private static final int TRIALS = 64;
  private static final Path CONTROL = Path.of("/dev/loop-control");

  private LoopDevices() {}

  /**
   * A device of a file.
   *
   * @param fd open: the device goes when nobody has it open any more
   */
  public record Loop(Path path, Fd fd) implements AutoCloseable {
    @Override
    public void close() {
      fd.close();
    }
  }

  /** Makes a free device show the file; it is let go when its last user closes it. */
  public static Loop attach(Path file) throws LinuxException {
    try (Fd backing = At.open(file, OpenFlags.READ_WRITE);
        Fd control = At.open(CONTROL, OpenFlags.READ_WRITE)) {
      for (int trial = 0; ; trial++) {
        Path path = Path.of("/dev/loop" + Io.ioctl(control, CTL_GET_FREE, 0));
        Fd device = At.open(path, OpenFlags.READ_WRITE);
        try {
          configure(device, backing, file);
          return new Loop(path, device);
        } catch (LinuxException e) {
          device.close();
          // somebody else was faster
          if (!e.is(Errno.EBUSY) || trial >= TRIALS) {
            throw e;
          }
        }
      }
    }
  }

  private static void configure(Fd device, Fd backing, Path file) throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      MemorySegment m = s.take(CONFIG_SIZE);
      m.set(JAVA_INT, 0, backing.number());
      m.set(JAVA_INT, FLAGS, AUTOCLEAR);
      byte[] name = PathText.encode(file.toString());
      MemorySegment.copy(name, 0, m, JAVA_BYTE, FILE_NAME, Math.min(name.length, LONGEST_NAME));
      Io.ioctl(device, CONFIGURE, m.address());
    }
  }

  /** Makes the device as large as its file has become. */
  public static void takeCapacity(Fd device) throws LinuxException {
    Io.ioctl(device, SET_CAPACITY, 0);
  }

  /** The file behind a device, by the device's {@code major:minor}; nothing if it is no loop. */
  public static Optional<Path> fileOf(String device) throws IOException {
    try {
      String text = Files.readString(Path.of("/sys/dev/block", device, "loop/backing_file"));
      return Optional.of(Path.of(text.strip()));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }
}
