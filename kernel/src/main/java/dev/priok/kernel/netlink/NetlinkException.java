package dev.priok.kernel.netlink;

/** The kernel refused a netlink message. */
public final class NetlinkException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public static final int ENOENT = 2;
  public static final int EEXIST = 17;
  public static final int EBUSY = 16;
  public static final int ENODEV = 19;

  private final int errno;

  NetlinkException(int errno, String doing, String kernelSays) {
    super(
        doing
            + ": "
            + name(errno)
            + (kernelSays.isEmpty() ? "" : " (the kernel says: " + kernelSays + ")"));
    this.errno = errno;
  }

  public int errno() {
    return errno;
  }

  static String name(int errno) {
    return switch (errno) {
      case 1 -> "operation not permitted";
      case 2 -> "no such object";
      case 11 -> "no answer";
      case 12 -> "out of memory";
      case 16 -> "busy";
      case 17 -> "exists already";
      case 19 -> "no such device";
      case 22 -> "invalid argument";
      case 34 -> "out of range";
      case 95 -> "not supported by this kernel";
      case 99 -> "cannot assign requested address";
      case 101 -> "network is unreachable";
      case 105 -> "no buffer space";
      default -> "error " + errno;
    };
  }
}
