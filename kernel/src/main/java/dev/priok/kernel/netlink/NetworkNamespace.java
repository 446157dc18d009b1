package dev.priok.kernel.netlink;

import dev.priok.kernel.call.At;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.call.OpenFlags;
import dev.priok.kernel.call.Scratch;
import dev.priok.kernel.call.SystemCall;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;

/**
 * A network namespace, held open by a descriptor. Closing the last descriptor of a namespace that
 * no process lives in makes the kernel take it down with all its interfaces (namespaces(7)).
 *
 * <p>A thread that changed its namespace must not go back to other work, so every call inside runs
 * on a platform thread that ends afterwards.
 */
public final class NetworkNamespace implements AutoCloseable {
  private static final int CLONE_NEWNET = 0x40000000;

  private final Fd fd;

  private NetworkNamespace(Fd fd) {
    this.fd = fd;
  }

  /** A new, empty namespace: nothing but a loopback interface that is down. */
  public static NetworkNamespace create() {
    return create(namespace -> {});
  }

  /** A new namespace that {@code setUp} fills, on a thread inside it; gone again if that throws. */
  public static NetworkNamespace create(Consumer<NetworkNamespace> setUp) {
    return onThrowAwayThread(() -> {
      try (Scratch s = Scratch.borrow()) {
        check(s.call(SystemCall.UNSHARE, CLONE_NEWNET), "making a network namespace");
      }
      NetworkNamespace namespace = openAt("/proc/thread-self/ns/net");
      boolean done = false;
      try {
        setUp.accept(namespace);
        done = true;
        return namespace;
      } finally {
        if (!done) {
          namespace.close();
        }
      }
    });
  }

  /** The namespace behind a path such as {@code /proc/PID/ns/net}. */
  public static NetworkNamespace open(Path path) {
    return openAt(path.toString());
  }

  private static NetworkNamespace openAt(String path) {
    try {
      return new NetworkNamespace(At.open(null, path, OpenFlags.READ_ONLY, 0));
    } catch (LinuxException e) {
      throw new NetlinkException(e.errno().number(), "opening " + path, "");
    }
  }

  public int fd() {
    return fd.number();
  }

  /** A path that any process that may look into this one's /proc can open. */
  public Path path() {
    return fd.procPath();
  }

  /** Runs inside the namespace, sockets made by {@code task} belong to it; waits for the result. */
  public <T> T call(Callable<T> task) {
    return onThrowAwayThread(() -> {
      try (Scratch s = Scratch.borrow()) {
        check(s.call(SystemCall.SETNS, fd.number(), CLONE_NEWNET), "entering a network namespace");
      }
      return task.call();
    });
  }

  private static <T> T onThrowAwayThread(Callable<T> task) {
    FutureTask<T> future = new FutureTask<>(task);
    Thread.ofPlatform().name("netns").start(future);
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return future.get();
        } catch (InterruptedException e) {
          // The task takes milliseconds and must not be left half-done: wait, tell later.
          interrupted = true;
        }
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        cause.addSuppressed(new Throwable("called from here"));
        throw cause;
      }
      throw new IllegalStateException("work inside a network namespace failed", e.getCause());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static void check(long result, String doing) {
    if (result < 0) {
      throw new NetlinkException((int) -result, doing, "");
    }
  }

  @Override
  public void close() {
    fd.close();
  }
}
