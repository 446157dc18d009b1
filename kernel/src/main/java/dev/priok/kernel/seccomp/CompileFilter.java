package dev.priok.kernel.seccomp;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.Io;
import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.call.NativeCalls;
import dev.priok.kernel.call.Scratch;
import dev.priok.kernel.call.SystemCall;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;

/**
 * Turns rules into the kernel's filter program, with libseccomp: the library that runc and crun do
 * it with, so that the result means the same (seccomp_rule_add(3), seccomp_export_bpf(3)).
 *
 * <p>As runc, it puts a piece before the library's program that answers ENOSYS to calls newer than
 * any that the rules name: C libraries fall back to older calls on ENOSYS and give up on EPERM.
 */
public final class CompileFilter {
  private static final String LIBRARY = "libseccomp.so.2";
  private static final int EEXIST = -17;
  private static final int NO_SUCH_CALL = -1;
  private static final int INSTRUCTION = 8;

  private CompileFilter() {}

  /** Whether the library is here. */
  public static boolean isSupported() {
    return NativeCalls.symbol(LIBRARY, "seccomp_init").isPresent();
  }

  /**
   * Compiles.
   *
   * @param defaultAction for calls without a rule
   * @param architectures the library's names without their prefix: {@code x86_64}, {@code x86}
   * @return the instructions, eight bytes each (struct sock_filter)
   */
  public static byte[] compile(
      int defaultAction, List<String> architectures, List<FilterRule> rules) throws IOException {
    try (Scratch s = Scratch.borrow()) {
      long context = s.libraryLong(symbol("seccomp_init"), defaultAction, 0, 0, 0, 0, 0, 0);
      if (context == 0) {
        throw new IOException("libseccomp refuses default action " + defaultAction);
      }
      try {
        for (String name : architectures) {
          addArchitecture(s, context, name);
        }
        long newest = -1;
        for (FilterRule rule : rules) {
          newest = Math.max(newest, add(s, context, rule, defaultAction));
        }
        byte[] program = export(context);
        return answerNewCalls(program, newest, defaultAction);
      } finally {
        s.library(symbol("seccomp_release"), context, 0, 0, 0, 0, 0, 0);
      }
    }
  }

  private static void addArchitecture(Scratch s, long context, String name) throws IOException {
    int token = s.library(symbol("seccomp_arch_resolve_name"), s.text(name), 0, 0, 0, 0, 0, 0);
    if (token == 0) {
      throw new IOException("libseccomp does not know the architecture " + name);
    }
    int r = s.library(symbol("seccomp_arch_add"), context, token, 0, 0, 0, 0, 0);
    if (r != 0 && r != EEXIST) {
      throw new IOException("libseccomp refuses the architecture " + name + ": " + r);
    }
  }

  /** Adds one rule; the largest number among its calls. */
  private static long add(Scratch s, long context, FilterRule rule, int defaultAction)
      throws IOException {
    long newest = -1;
    for (String call : rule.calls()) {
      long name = s.text(call);
      int number = s.library(symbol("seccomp_syscall_resolve_name"), name, 0, 0, 0, 0, 0, 0);
      if (number == NO_SUCH_CALL) {
        continue;
      }
      newest = Math.max(newest, number);
      if (rule.action() == defaultAction) {
        continue; // it says nothing new, and the library refuses such rules
      }
      if (repeatsArgument(rule.conditions())) {
        // The library allows one comparison an argument; runc then makes alternatives of them.
        for (FilterRule.Condition condition : rule.conditions()) {
          addOne(s, context, rule.action(), number, call, List.of(condition));
        }
      } else {
        addOne(s, context, rule.action(), number, call, rule.conditions());
      }
    }
    return newest;
  }

  private static boolean repeatsArgument(List<FilterRule.Condition> conditions) {
    return conditions.stream().map(FilterRule.Condition::argument).distinct().count()
        < conditions.size();
  }

  private static void addOne(
      Scratch s,
      long context,
      int action,
      int number,
      String call,
      List<FilterRule.Condition> conditions)
      throws IOException {
    // struct scmp_arg_cmp { unsigned arg; enum op; u64 a; u64 b; }
    MemorySegment array = MemorySegment.NULL;
    if (!conditions.isEmpty()) {
      array = s.take(conditions.size() * 24L);
      for (int i = 0; i < conditions.size(); i++) {
        FilterRule.Condition c = conditions.get(i);
        array.set(JAVA_INT, i * 24L, c.argument());
        array.set(JAVA_INT, i * 24L + 4, c.operator());
        array.set(JAVA_LONG, i * 24L + 8, c.value());
        array.set(JAVA_LONG, i * 24L + 16, c.valueTwo());
      }
    }
    int r =
        s.library(
            symbol("seccomp_rule_add_array"),
            context,
            action & 0xffffffffL,
            number,
            conditions.size(),
            array.address(),
            0,
            0);
    if (r != 0 && r != EEXIST) {
      throw new IOException("libseccomp refuses the rule for " + call + ": " + r);
    }
  }

  private static byte[] export(long context) throws IOException {
    try (Scratch s = Scratch.borrow()) {
      long fd = s.call(SystemCall.MEMFD_CREATE, s.text("filter"), 1);
      try (Fd file = new Fd((int) LinuxException.check(fd, SystemCall.MEMFD_CREATE, "filter"))) {
        int r = s.library(symbol("seccomp_export_bpf"), context, file.number(), 0, 0, 0, 0, 0);
        if (r != 0) {
          throw new IOException("libseccomp cannot write its program: " + r);
        }
        Io.seek(file, 0);
        return Io.input(file).readAllBytes();
      }
    }
  }

  /**
   * {@code if (arch == x86-64 && number > newest && number is no x32 call) return ENOSYS}, before
   * the rest, where the default is an error or worse.
   */
  private static byte[] answerNewCalls(byte[] program, long newest, int defaultAction) {
    boolean allows = defaultAction == 0x7fff0000 || defaultAction == 0x7ffc0000;
    if (allows || newest < 0) {
      return program;
    }
    int loadWord = 0x20;
    int jumpIfEqual = 0x15;
    int jumpIfGreaterOrEqual = 0x35;
    int jumpIfGreater = 0x25;
    int answer = 0x06;
    int auditX86 = 0xC000003E;
    int x32Bit = 0x40000000;
    ByteBuffer out =
        ByteBuffer.allocate(6 * INSTRUCTION + program.length).order(ByteOrder.LITTLE_ENDIAN);
    instruction(out, loadWord, 0, 0, 4);
    instruction(out, jumpIfEqual, 0, 4, auditX86);
    instruction(out, loadWord, 0, 0, 0);
    instruction(out, jumpIfGreaterOrEqual, 2, 0, x32Bit);
    instruction(out, jumpIfGreater, 0, 1, (int) newest);
    instruction(out, answer, 0, 0, 0x00050000 | 38);
    out.put(program);
    return out.array();
  }

  private static void instruction(ByteBuffer out, int code, int yes, int no, int value) {
    out.putShort((short) code);
    out.put((byte) yes);
    out.put((byte) no);
    out.putInt(value);
  }

  private static MemorySegment symbol(String name) {
    Optional<MemorySegment> found = NativeCalls.symbol(LIBRARY, name);
    return found.orElseThrow(
        () -> new UnsupportedOperationException("there is no " + name + " in " + LIBRARY));
  }
}
