package dev.priok.kernel.block;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.priok.kernel.call.At;
import dev.priok.kernel.call.Device;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.Io;
import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.call.Scratch;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** Size and discarding of an open block device (linux/fs.h). */
public final class BlockDevices {
  private static final long BLKGETSIZE64 = 0x80081272L;
  private static final long BLKDISCARD = 0x1277L;

  private BlockDevices() {}

  /** The device of a {@code major:minor}, as {@code /dev/loop3} or {@code /dev/dm-1}. */
  public static Path path(String numbers) throws IOException {
    return Path.of("/dev")
        .resolve(Path.of("/sys/dev/block", numbers).toRealPath().getFileName().toString());
  }

  /** The {@code major:minor} of an open device. */
  public static String numbers(Fd device) throws LinuxException {
    long number = At.stat(device).rdev();
    return Device.major(number) + ":" + Device.minor(number);
  }

  /** Its bytes. */
  public static long size(Fd device) throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      MemorySegment size = s.take(8);
      Io.ioctl(device, BLKGETSIZE64, size.address());
      return size.get(JAVA_LONG, 0);
    }
  }

  /** Says that nothing on it is needed any more; EOPNOTSUPP where it does not know how. */
  public static void discard(Fd device) throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      MemorySegment range = s.take(16);
      range.set(JAVA_LONG, 8, size(device));
      Io.ioctl(device, BLKDISCARD, range.address());
    }
  }
}
