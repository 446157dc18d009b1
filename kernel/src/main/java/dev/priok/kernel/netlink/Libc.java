package dev.priok.kernel.netlink;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/** The few C library calls of this package. Each returns what C does, or minus errno. */
final class Libc {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  private static final MethodHandle SOCKET = handle("socket", JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle SETSOCKOPT =
      handle("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle SEND = longHandle("send");
  private static final MethodHandle RECV = longHandle("recv");
  private static final MethodHandle CLOSE = handle("close", JAVA_INT);
  private static final MethodHandle OPEN =
      LINKER.downcallHandle(
          LINKER.defaultLookup().find("open").orElseThrow(),
          FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT),
          Linker.Option.captureCallState("errno"),
          Linker.Option.firstVariadicArg(2));
  private static final MethodHandle UNSHARE = handle("unshare", JAVA_INT);
  private static final MethodHandle SETNS = handle("setns", JAVA_INT, JAVA_INT);

  private Libc() {}

  private static MethodHandle handle(String name, MemoryLayout... arguments) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().find(name).orElseThrow(),
        FunctionDescriptor.of(JAVA_INT, arguments),
        Linker.Option.captureCallState("errno"));
  }

  private static MethodHandle longHandle(String name) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().find(name).orElseThrow(),
        FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT),
        Linker.Option.captureCallState("errno"));
  }

  private interface Call {
    long run(MemorySegment state, Arena arena) throws Throwable;
  }

  private static long call(Call call) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      long result = call.run(state, arena);
      return result >= 0 ? result : -(int) ERRNO.get(state, 0L);
    } catch (Throwable e) {
      // A method handle declares Throwable; the C functions behind these cannot throw.
      throw new LinkageError("calling libc failed", e);
    }
  }

  static int socket(int domain, int type, int protocol) {
    return (int) call((s, a) -> (int) SOCKET.invokeExact(s, domain, type, protocol));
  }

  static int setOption(int fd, int level, int option, int value) {
    return (int)
        call((s, a) -> {
          MemorySegment v = a.allocateFrom(JAVA_INT, value);
          return (int) SETSOCKOPT.invokeExact(s, fd, level, option, v, 4);
        });
  }

  static long send(int fd, byte[] message) {
    return call((s, a) -> {
      MemorySegment m = a.allocate(message.length, 8);
      MemorySegment.copy(message, 0, m, java.lang.foreign.ValueLayout.JAVA_BYTE, 0, message.length);
      return (long) SEND.invokeExact(s, fd, m, (long) message.length, 0);
    });
  }

  static long receive(int fd, MemorySegment into, int flags) {
    return call((s, a) -> (long) RECV.invokeExact(s, fd, into, into.byteSize(), flags));
  }

  static int close(int fd) {
    return (int) call((s, a) -> (int) CLOSE.invokeExact(s, fd));
  }

  static int open(String path, int flags) {
    return (int) call((s, a) -> (int) OPEN.invokeExact(s, a.allocateFrom(path), flags));
  }

  static int unshare(int flags) {
    return (int) call((s, a) -> (int) UNSHARE.invokeExact(s, flags));
  }

  static int setns(int fd, int type) {
    return (int) call((s, a) -> (int) SETNS.invokeExact(s, fd, type));
  }
}
