package dev.priok.kernel.netlink;

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
  private static final int O_CLOEXEC = 0x80000;

  private final int fd;
  private boolean closed;

  private NetworkNamespace(int fd) {
    this.fd = fd;
  }

  /** A new, empty namespace: nothing but a loopback interface that is down. */
  public static NetworkNamespace create() {
    return create(namespace -> {});
  }

  /** A new namespace that {@code setUp} fills, on a thread inside it; gone again if that throws. */
  public static NetworkNamespace create(Consumer<NetworkNamespace> setUp) {
    return onThrowAwayThread(() -> {
      check(Libc.unshare(CLONE_NEWNET), "making a network namespace");
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
    return new NetworkNamespace(check(Libc.open(path, O_CLOEXEC), "opening " + path));
  }

  public int fd() {
    return fd;
  }

  /** A path that any process that may look into this one's /proc can open. */
  public Path path() {
    return Path.of("/proc/" + ProcessHandle.current().pid() + "/fd/" + fd);
  }

  /** Runs inside the namespace, sockets made by {@code task} belong to it; waits for the result. */
  public <T> T call(Callable<T> task) {
    return onThrowAwayThread(() -> {
      check(Libc.setns(fd, CLONE_NEWNET), "entering a network namespace");
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

  private static int check(int result, String doing) {
    if (result < 0) {
      throw new NetlinkException(-result, doing, "");
    }
    return result;
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      Libc.close(fd);
    }
  }
}
