package dev.priok.kernel.seccomp;

import java.util.List;

/**
 * What a filter does with some calls.
 *
 * @param calls names; one that the library does not know is left out, as OCI runtimes do
 * @param action a {@code SCMP_ACT_} value of seccomp.h, see {@link FilterAction}
 * @param conditions all of which must hold; none: always
 */
public record FilterRule(List<String> calls, int action, List<Condition> conditions) {
  /**
   * A comparison of an argument.
   *
   * @param argument 0 to 5
   * @param operator {@code scmp_compare} of seccomp.h: 1 not equal, 2 less, 3 less or equal, 4
   *     equal, 5 greater or equal, 6 greater, 7 equal after masking with {@code value}
   * @param valueTwo what is compared with after masking
   */
  public record Condition(int argument, int operator, long value, long valueTwo) {}
}
