package dev.priok.kernel.call;

/** Device numbers, packed as makedev(3) and the kernel's mknod do. */
public final class Device {
  private Device() {}

  /** Packs the two parts. */
  public static long of(int major, int minor) {
    return ((major & 0xfffff000L) << 32)
        | ((major & 0xfffL) << 8)
        | ((minor & 0xffffff00L) << 12)
        | (minor & 0xffL);
  }

  /** The major part. */
  public static int major(long device) {
    return (int) (((device >> 32) & 0xfffff000L) | ((device >> 8) & 0xfffL));
  }

  /** The minor part. */
  public static int minor(long device) {
    return (int) (((device >> 12) & 0xffffff00L) | (device & 0xffL));
  }
}
