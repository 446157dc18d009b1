package dev.priok.kernel.call;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The only place where native functions are bound.
 *
 * <p>Every call has one shape: seven machine words in, one out. The first call of a <em>shape</em>
 * costs the JVM 5 to 150 ms, so one shape means one such pause in the life of the process, and
 * {@link #warmUp()} takes it at start. The shape is legal for every function with up to seven
 * integer or pointer arguments: both ABIs in use (System V x86-64, AAPCS64) pass those in registers
 * and let a function ignore the ones it has no parameter for; {@code syscall(2)} shifts them into
 * the kernel's registers and never looks at the count of vector registers.
 */
public final class NativeCalls {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final Linker.Option CAPTURE = Linker.Option.captureCallState("errno");
  private static final FunctionDescriptor SHAPE =
      FunctionDescriptor.of(
          JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);

  /** The layout that the captured error number is stored in. */
  static final MemoryLayout CAPTURE_LAYOUT = Linker.Option.captureStateLayout();

  private static final MethodHandle ANY = LINKER.downcallHandle(SHAPE, CAPTURE);
  private static final MethodHandle SYSCALL =
      LINKER.downcallHandle(symbol("syscall"), SHAPE, CAPTURE);

  // A cache of what the linker has loaded; libraries are never unloaded.
  private static final Map<String, Optional<SymbolLookup>> LIBRARIES = new ConcurrentHashMap<>();

  private NativeCalls() {}

  /** Binds and makes the first call, so that no request pays for it. Safe to repeat. */
  public static void warmUp() {
    try (Scratch scratch = Scratch.borrow()) {
      long pid = scratch.call(SystemCall.GETPID);
      long group = scratch.library(symbol("getpgid"), pid, 0, 0, 0, 0, 0, 0);
      if (pid <= 0 || group < 0) {
        throw new IllegalStateException("System calls do not work here: getpid gave " + pid);
      }
    }
  }

  /** The address of a C library function; fails if this C library has none of that name. */
  public static MemorySegment symbol(String name) {
    return LINKER
        .defaultLookup()
        .find(name)
        .orElseThrow(
            () -> new UnsupportedOperationException("The C library here has no function " + name));
  }

  /**
   * The address of a function of another library, which stays loaded; empty where there is no such
   * library or function.
   *
   * @param library as the linker finds it, with its version: {@code libseccomp.so.2}
   */
  public static Optional<MemorySegment> symbol(String library, String name) {
    return LIBRARIES.computeIfAbsent(library, NativeCalls::load).flatMap(l -> l.find(name));
  }

  private static Optional<SymbolLookup> load(String library) {
    try {
      return Optional.of(SymbolLookup.libraryLookup(library, Arena.global()));
    } catch (IllegalArgumentException absent) {
      return Optional.empty();
    }
  }

  /** Makes a system call; the value, or the negative error number. */
  static long syscall(
      MemorySegment errno, long number, long a, long b, long c, long d, long e, long f) {
    try {
      long result = (long) SYSCALL.invokeExact(errno, number, a, b, c, d, e, f);
      return result == -1 ? -(long) errno.get(JAVA_INT, 0) : result;
    } catch (Throwable failure) {
      throw new LinkageError("syscall", failure);
    }
  }

  /** Calls a library function that returns a machine word. */
  static long libraryLong(
      MemorySegment errno,
      MemorySegment function,
      long a,
      long b,
      long c,
      long d,
      long e,
      long f,
      long g) {
    try {
      return (long) ANY.invokeExact(function, errno, a, b, c, d, e, f, g);
    } catch (Throwable failure) {
      throw new LinkageError("library call", failure);
    }
  }

  /** Calls a library function; its low 32 bits, which is what functions that return int define. */
  static int library(
      MemorySegment errno,
      MemorySegment function,
      long a,
      long b,
      long c,
      long d,
      long e,
      long f,
      long g) {
    return (int) libraryLong(errno, function, a, b, c, d, e, f, g);
  }
}
