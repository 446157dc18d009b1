package dev.priok.kernel.namespace;

import dev.priok.kernel.call.At;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.call.OpenFlags;
import dev.priok.kernel.call.Scratch;
import dev.priok.kernel.call.SystemCall;
import dev.priok.kernel.fs.MountFlags;
import dev.priok.kernel.fs.Mounts;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Work inside other namespaces. Namespaces belong to threads, so each piece of work gets a platform
 * thread of its own that ends with it and is never used again; a carrier of virtual threads must
 * not be moved.
 *
 * <pre>{@code
 * try (Fd net = Namespaces.newNetwork()) {
 *   Fd socket = Namespaces.run(net, Namespaces.NETWORK, () -> Sockets.open(INET, DATAGRAM, 0));
 *   // the socket stays in that namespace; the namespace lives as long as a descriptor,
 *   // process, bind mount or socket refers to it
 * }
 * }</pre>
 *
 * <p>The work must not start virtual threads or hand parts of itself to pools: those run elsewhere.
 */
public final class Namespaces {
  /** Mounts. The thread gets a file system state of its own first, as setns(2) demands. */
  public static final int MOUNT = 0x00020000;

  /** Control groups. */
  public static final int CGROUP = 0x02000000;

  /** Host name. */
  public static final int UTS = 0x04000000;

  /** System V IPC. */
  public static final int IPC = 0x08000000;

  /** Users. */
  public static final int USER = 0x10000000;

  /** Processes; counts for children only. */
  public static final int PID = 0x20000000;

  /** Network. */
  public static final int NETWORK = 0x40000000;

  private static final int CLONE_FS = 0x00000200;

  private Namespaces() {}

  /** Enters the namespace, does the work there and returns what it returns. */
  public static <T extends @Nullable Object> T run(Fd namespace, int kind, Callable<T> work)
      throws IOException {
    return onThrowAwayThread(() -> {
      if (kind == MOUNT) {
        unshareHere(CLONE_FS);
      }
      try (Scratch s = Scratch.borrow()) {
        long r = s.call(SystemCall.SETNS, namespace.number(), kind);
        LinuxException.check(r, SystemCall.SETNS, namespace);
      }
      return work.call();
    });
  }

  /** The same for a path such as {@code /proc/1234/ns/net}. */
  public static <T extends @Nullable Object> T run(Path namespace, int kind, Callable<T> work)
      throws IOException {
    try (Fd fd = At.open(namespace, OpenFlags.READ_ONLY)) {
      return run(fd, kind, work);
    }
  }

  /**
   * Does the work in fresh namespaces of these kinds, combined with {@code |}. With MOUNT nothing
   * mounted there spreads to the outside.
   */
  public static <T extends @Nullable Object> T runInNew(int kinds, Callable<T> work)
      throws IOException {
    return onThrowAwayThread(() -> {
      unshareHere(kinds);
      if ((kinds & MOUNT) != 0) {
        Mounts.propagate(Path.of("/"), MountFlags.PRIVATE | MountFlags.RECURSIVE);
      }
      return work.call();
    });
  }

  /** Does the work on a thread whose working directory is this one, for it alone. */
  public static <T extends @Nullable Object> T inDirectory(Path directory, Callable<T> work)
      throws IOException {
    return onThrowAwayThread(() -> {
      unshareHere(CLONE_FS);
      try (Scratch s = Scratch.borrow()) {
        long r = s.call(SystemCall.CHDIR, s.text(directory.toString()));
        LinuxException.check(r, SystemCall.CHDIR, directory);
      }
      return work.call();
    });
  }

  /** A fresh network namespace, which lives as long as something refers to it. */
  public static Fd newNetwork() throws IOException {
    return runInNew(NETWORK, () -> own("net"));
  }

  /**
   * A copy of the present mounts, changed by the work; it lives as long as something refers to it.
   * Mounts keep their propagation: what the work mounts or unmounts spreads to the outside unless
   * it makes the place PRIVATE first.
   */
  public static Fd newMounts(Change change) throws IOException {
    return onThrowAwayThread(() -> {
      unshareHere(MOUNT);
      change.make();
      return own("mnt");
    });
  }

  /** A change of the mounts of the calling thread. */
  @FunctionalInterface
  public interface Change {
    void make() throws IOException;
  }

  /** The calling thread's own namespace: {@code net}, {@code mnt}, {@code uts}, ... */
  public static Fd own(String kind) throws LinuxException {
    return At.open(Path.of("/proc/thread-self/ns", kind), OpenFlags.READ_ONLY);
  }

  /** A process's namespace. */
  public static Fd ofProcess(int pid, String kind) throws LinuxException {
    return At.open(Path.of("/proc", Integer.toString(pid), "ns", kind), OpenFlags.READ_ONLY);
  }

  /**
   * Names a namespace in the file system, so that it lives without a process: makes the file and
   * bind-mounts the namespace on it.
   */
  public static void pin(Fd namespace, Path file) throws LinuxException {
    try (Fd made = At.open(null, file.toString(), OpenFlags.CREATE | OpenFlags.READ_ONLY, 0444)) {
      Mounts.bind(namespace.procPath(), file, 0);
      assert made.isOpen();
    }
  }

  /** Undoes {@link #pin}; harmless if it was half done or not at all. */
  public static void unpin(Path file) throws IOException {
    boolean pinned;
    do {
      pinned = Mounts.unmountIfMounted(file); // perhaps pinned twice, after an interrupted start
    } while (pinned);
    java.nio.file.Files.deleteIfExists(file);
  }

  /** Closes what nobody waits for any more. */
  private static void discard(@Nullable Object unclaimed) {
    if (unclaimed instanceof Fd fd) {
      fd.close();
    }
  }

  private static void unshareHere(int kinds) throws LinuxException {
    try (Scratch s = Scratch.borrow()) {
      LinuxException.check(s.call(SystemCall.UNSHARE, kinds), SystemCall.UNSHARE, null);
    }
  }

  private static <T extends @Nullable Object> T onThrowAwayThread(Callable<T> work)
      throws IOException {
    CompletableFuture<T> result = new CompletableFuture<>();
    Thread thread =
        Thread.ofPlatform()
            .daemon()
            .name("namespace")
            .unstarted(() -> {
              try {
                result.complete(work.call());
              } catch (Throwable failure) {
                result.completeExceptionally(failure);
              }
            });
    thread.start();
    try {
      return result.get();
    } catch (InterruptedException e) {
      // The work itself goes on: it may be in a system call that must not be cut in half.
      Thread.currentThread().interrupt();
      CompletableFuture<Void> cleanUp = result.thenAccept(Namespaces::discard);
      assert !cleanUp.isCancelled();
      InterruptedIOException interrupted = new InterruptedIOException("Waiting for a namespace");
      interrupted.initCause(e);
      throw interrupted;
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      switch (cause) {
        case IOException io -> throw io;
        case RuntimeException unchecked -> throw unchecked;
        case Error error -> throw error;
        case null, default -> throw new IOException("Work in a namespace failed: " + cause, cause);
      }
    }
  }
}
