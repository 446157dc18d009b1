package dev.priok.kernel.call;

/**
 * The processor family, where the kernel's interface depends on it: call numbers, a few open flags,
 * and the packing of epoll events.
 */
public final class Architecture {
  /** Whether this is 64-bit ARM; otherwise it is x86-64. */
  public static final boolean ARM64 = isArm();

  private Architecture() {}

  private static boolean isArm() {
    String name = System.getProperty("os.arch", "");
    return switch (name) {
      case "amd64", "x86_64" -> false;
      case "aarch64" -> true;
      default -> throw new UnsupportedOperationException("Unsupported processor: " + name);
    };
  }
}
