package dev.priok.kernel.block;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.priok.kernel.call.At;
import dev.priok.kernel.call.Errno;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.Io;
import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.call.OpenFlags;
import dev.priok.kernel.call.PathText;
import dev.priok.kernel.call.Scratch;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Virtual block devices of one target each, by the ioctls of {@code /dev/mapper/control}
 * (linux/dm-ioctl.h; the kernel's admin-guide/device-mapper).
 *
 * <p>A device has a name, and a table that says what is behind it. {@link #create} makes the name,
 * {@link #load} gives it a table, {@link #resume} puts the table to work. The kernel itself makes
 * {@code /dev/dm-N}; names in {@code /dev/mapper} are udev's and nothing here needs them.
 *
 * <p>The calls wait for the disk: none of them belongs on a virtual thread.
 */
public final class DeviceMapper implements AutoCloseable {
  /** Bytes of a sector, in which tables count. */
  public static final int SECTOR = 512;

  /** Where the kernel is spoken to. */
  public static final Path CONTROL = Path.of("/dev/mapper/control");

  /** Longest name of a device. */
  public static final int LONGEST_NAME = 127;

  // _IOWR(0xfd, number, struct dm_ioctl of 312 bytes)
  private static final long BASE = 0xc138fd00L;
  private static final int VERSION = 0;
  private static final int DEV_CREATE = 3;
  private static final int DEV_REMOVE = 4;
  private static final int DEV_SUSPEND = 6;
  private static final int DEV_STATUS = 7;
  private static final int TABLE_LOAD = 9;
  private static final int TABLE_STATUS = 12;
  private static final int TARGET_MSG = 14;

  private static final int SUSPEND = 1 << 1;
  private static final int STATUS_TABLE = 1 << 4;
  private static final int ACTIVE_PRESENT = 1 << 5;
  private static final int DEFERRED_REMOVE = 1 << 17;

  private static final int HEADER = 312;
  private static final int NAME = 48;
  private static final int TARGET_SPEC = 40;
  private static final int TYPE_SIZE = 16;
  private static final int SIZE = 4096;

  private final Fd control;

  private DeviceMapper(Fd control) {
    this.control = control;
  }

  /**
   * What the kernel says of a device.
   *
   * @param number its N in {@code /dev/dm-N}
   * @param openCount who has it open: mounts, other devices, programs
   * @param suspended it holds back whatever is written
   * @param live it has a table at work
   * @param removedWhenClosed it goes when nobody has it open any more
   */
  public record Info(
      int number, int openCount, boolean suspended, boolean live, boolean removedWhenClosed) {
    /** The device itself. */
    public Path path() {
      return Path.of("/dev/dm-" + number);
    }
  }

  /** The one target of a table, or its state. */
  public record Target(long sectors, String type, String text) {}

  /** Opens the kernel's control device; ENOENT or ENODEV without the module dm_mod. */
  public static DeviceMapper open() throws LinuxException {
    return new DeviceMapper(At.open(CONTROL, OpenFlags.READ_WRITE));
  }

  /** The version of the kernel's interface: {@code 4.48.0}. */
  public String version() throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      MemorySegment m = header(s, "", 0);
      call(VERSION, m);
      return m.get(JAVA_INT, 0) + "." + m.get(JAVA_INT, 4) + "." + m.get(JAVA_INT, 8);
    }
  }

  /** What there is of a name; nothing if there is no such device. */
  public Optional<Info> info(String name) throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      MemorySegment m = header(s, name, 0);
      call(DEV_STATUS, m);
      return Optional.of(info(m));
    } catch (LinuxException e) {
      if (e.is(Errno.ENXIO)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static Info info(MemorySegment m) {
    long device = m.get(JAVA_LONG, 40);
    int flags = m.get(JAVA_INT, 28);
    return new Info(
        (int) ((device & 0xff) | ((device >> 12) & 0xfff00)),
        m.get(JAVA_INT, 24),
        (flags & SUSPEND) != 0,
        (flags & ACTIVE_PRESENT) != 0,
        (flags & DEFERRED_REMOVE) != 0);
  }

  /** Makes a device without a table; EBUSY if the name is taken. */
  public Info create(String name) throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      MemorySegment m = header(s, name, 0);
      call(DEV_CREATE, m);
      return info(m);
    }
  }

  /** Gives a table of one target, which works from the next {@link #resume} on. */
  public void load(String name, long sectors, String type, String parameters)
      throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      MemorySegment m = header(s, name, 0);
      m.set(JAVA_INT, 20, 1);
      m.set(JAVA_LONG, HEADER + 8, sectors);
      text(m, HEADER + 24, TYPE_SIZE, type);
      text(m, HEADER + TARGET_SPEC, SIZE - HEADER - TARGET_SPEC, parameters);
      m.set(JAVA_INT, HEADER + 20, SIZE - HEADER);
      call(TABLE_LOAD, m);
    }
  }

  /** Puts the table loaded last to work, and lets go on what was held back. */
  public void resume(String name) throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      call(DEV_SUSPEND, header(s, name, 0));
    }
  }

  /** Writes out a file system that is on it, and holds back what comes then. */
  public void suspend(String name) throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      call(DEV_SUSPEND, header(s, name, SUSPEND));
    }
  }

  /**
   * Removes a device.
   *
   * @param whenClosed later, if it is open now; else EBUSY
   * @return false if there was none
   */
  public boolean remove(String name, boolean whenClosed) throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      call(DEV_REMOVE, header(s, name, whenClosed ? DEFERRED_REMOVE : 0));
      return true;
    } catch (LinuxException e) {
      if (e.is(Errno.ENXIO)) {
        return false;
      }
      throw e;
    }
  }

  /** Says something to a device's target. */
  public void message(String name, String message) throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      MemorySegment m = header(s, name, 0);
      text(m, HEADER + 8, SIZE - HEADER - 8, message);
      call(TARGET_MSG, m);
    }
  }

  /** The state that the target tells. */
  public Target status(String name) throws LinuxException {
    return target(name, 0);
  }

  /** The table at work. */
  public Target table(String name) throws LinuxException {
    return target(name, STATUS_TABLE);
  }

  private Target target(String name, int flags) throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      MemorySegment m = header(s, name, flags);
      call(TABLE_STATUS, m);
      if (m.get(JAVA_INT, 20) == 0) {
        return new Target(0, "", "");
      }
      int at = m.get(JAVA_INT, 16);
      return new Target(
          m.get(JAVA_LONG, at + 8), read(m, at + 24, TYPE_SIZE), read(m, at + TARGET_SPEC, SIZE));
    }
  }

  private static MemorySegment header(Scratch s, String name, int flags) throws LinuxException {
    MemorySegment m = s.take(SIZE);
    m.set(JAVA_INT, 0, 4); // the interface's first version of this form
    m.set(JAVA_INT, 12, SIZE);
    m.set(JAVA_INT, 16, HEADER);
    m.set(JAVA_INT, 28, flags);
    text(m, NAME, LONGEST_NAME + 1, name);
    return m;
  }

  private void call(int number, MemorySegment m) throws LinuxException {
    Io.ioctl(control, BASE | number, m.address());
  }

  private static void text(MemorySegment m, int at, int room, String value) throws LinuxException {
    byte[] bytes = PathText.encode(value);
    if (bytes.length >= room || value.indexOf('\0') >= 0) {
      throw new LinuxException("device-mapper text", Errno.EINVAL.number(), value);
    }
    MemorySegment.copy(bytes, 0, m, JAVA_BYTE, at, bytes.length);
  }

  private static String read(MemorySegment m, int at, int most) {
    int end = at;
    while (end < SIZE && end - at < most && m.get(JAVA_BYTE, end) != 0) {
      end++;
    }
    byte[] bytes = m.asSlice(at, end - at).toArray(JAVA_BYTE);
    return PathText.decode(bytes);
  }

  @Override
  public void close() {
    control.close();
  }
}
