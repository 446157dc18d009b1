package dev.priok.kernel.seccomp;

import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Actions of a filter by the names of the OCI runtime specification (seccomp.h has the values). */
public final class FilterAction {
  private static final int EPERM = 1;

  private FilterAction() {}

  /**
   * The value; empty for an unknown action and for {@code SCMP_ACT_NOTIFY}, which needs a listener.
   *
   * @param errno for the actions that carry one; null means EPERM, as in the specification
   */
  public static OptionalInt of(String name, @Nullable Integer errno) {
    int data = (errno == null ? EPERM : errno) & 0xffff;
    return switch (name) {
      case "SCMP_ACT_KILL", "SCMP_ACT_KILL_THREAD" -> OptionalInt.of(0);
      case "SCMP_ACT_KILL_PROCESS" -> OptionalInt.of(0x80000000);
      case "SCMP_ACT_TRAP" -> OptionalInt.of(0x00030000);
      case "SCMP_ACT_ERRNO" -> OptionalInt.of(0x00050000 | data);
      case "SCMP_ACT_TRACE" -> OptionalInt.of(0x7ff00000 | data);
      case "SCMP_ACT_LOG" -> OptionalInt.of(0x7ffc0000);
      case "SCMP_ACT_ALLOW" -> OptionalInt.of(0x7fff0000);
      default -> OptionalInt.empty();
    };
  }
}
