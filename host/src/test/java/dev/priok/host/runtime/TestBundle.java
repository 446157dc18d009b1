package dev.priok.host.runtime;

import dev.priok.host.logging.LogStream;
import dev.priok.host.runtime.Supervision.LogLimits;
import dev.priok.kernel.event.EventLoop;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/** A throw-away root file system of busybox, and processes over it. */
final class TestBundle implements AutoCloseable {
  private static int counter;

  final Path dir;
  final EventLoop loop;
  final BlockingQueue<ExitReport> exits = new LinkedBlockingQueue<>();
  ConmonProcesses processes;

  TestBundle() throws IOException {
    dir = Files.createTempDirectory("priok-runtime");
    Path bin = Files.createDirectories(dir.resolve("rootfs/bin"));
    Files.copy(Path.of("/bin/busybox"), bin.resolve("busybox"));
    for (String name : List.of("sh", "cat", "echo", "sleep", "dd", "stty", "true", "head", "wc")) {
      Files.createSymbolicLink(bin.resolve(name), Path.of("busybox"));
    }
    for (String name : List.of("proc", "dev", "sys", "tmp")) {
      Files.createDirectories(dir.resolve("rootfs").resolve(name));
    }
    loop = EventLoop.start("test", Throwable::printStackTrace);
    open();
  }

  void open() throws IOException {
    processes =
        new ConmonProcesses(
            loop,
            dir.resolve("run"),
            new OciRuntimes(Map.of(), System.getProperty("priok.test.runtime", "runc")));
    processes.onExit(exits::add);
  }

  static synchronized String id() {
    return "priok-test-" + ProcessHandle.current().pid() + "-" + counter++;
  }

  Supervision supervision(String id, boolean terminal, boolean stdin) {
    return supervision(id, terminal, stdin, LogLimits.NONE);
  }

  Supervision supervision(String id, boolean terminal, boolean stdin, LogLimits limits) {
    return new Supervision(
        id, "runc", "/priok-test/" + id, dir.resolve(id + ".log"), limits, terminal, stdin, false);
  }

  byte[] config(String id, boolean terminal, String... args) {
    String text =
        """
        {"ociVersion":"1.0.2","process":{"terminal":%s,"user":{"uid":0,"gid":0},"args":[%s],
        "env":["PATH=/bin"],"cwd":"/","capabilities":{}},
        "root":{"path":"%s"},
        "mounts":[{"destination":"/proc","type":"proc","source":"proc"},
        {"destination":"/dev","type":"tmpfs","source":"tmpfs","options":["mode=755"]},
        {"destination":"/dev/pts","type":"devpts","source":"devpts","options":["newinstance"]}],
        "linux":{"cgroupsPath":"/priok-test/%s","resources":{"devices":[{"allow":true,"access":"rwm"}]},
        "namespaces":[{"type":"pid"},{"type":"mount"},{"type":"ipc"},{"type":"uts"},{"type":"network"}]}}
        """
            .formatted(terminal, quoted(args), dir.resolve("rootfs"), id);
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static String process(boolean terminal, String... args) {
    return """
    {"terminal":%s,"user":{"uid":0,"gid":0},"args":[%s],"env":["PATH=/bin"],"cwd":"/",
    "capabilities":{}}\
    """
        .formatted(terminal, quoted(args));
  }

  private static String quoted(String... args) {
    return List.of(args).stream()
        .map(a -> "\"" + a.replace("\\", "\\\\").replace("\"", "\\\"") + "\"")
        .collect(Collectors.joining(","));
  }

  ExitReport awaitExit() throws InterruptedException {
    ExitReport report = exits.poll(20, TimeUnit.SECONDS);
    if (report == null) {
      throw new AssertionError("no exit within 20 s");
    }
    return report;
  }

  @Override
  public void close() throws IOException {
    try {
      for (String id : processes.leftovers()) {
        processes.delete(id);
      }
    } finally {
      processes.close();
      loop.close();
      removeQuietTree();
      CgroupDirectories group = new CgroupDirectories(CgroupDirectories.mounts(), "/priok-test");
      group.remove();
    }
  }

  /** The last conmon may still be writing its last word. */
  private void removeQuietTree() throws IOException {
    for (int left = 50; ; left--) {
      try {
        RuntimeLayout.removeTree(dir);
        return;
      } catch (DirectoryNotEmptyException e) {
        if (left == 0) {
          throw e;
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
      }
    }
  }

  /** Collects output. */
  static final class Collector implements OutputSink {
    final ByteArrayOutputStream out = new ByteArrayOutputStream();
    final ByteArrayOutputStream err = new ByteArrayOutputStream();
    final CountDownLatch end = new CountDownLatch(1);

    @Override
    public synchronized void output(LogStream stream, byte[] bytes, int offset, int length) {
      (stream == LogStream.STDOUT ? out : err).write(bytes, offset, length);
      notifyAll();
    }

    @Override
    public void ended() {
      end.countDown();
    }

    @Override
    public void overrun() {
      throw new AssertionError("overrun");
    }

    synchronized String awaitText(String wanted) throws InterruptedException {
      long deadline = System.nanoTime() + 20_000_000_000L;
      while (!out.toString(StandardCharsets.UTF_8).contains(wanted)) {
        if (System.nanoTime() > deadline) {
          throw new AssertionError("only saw: " + out);
        }
        wait(100);
      }
      return out.toString(StandardCharsets.UTF_8);
    }

    String awaitEnd() throws InterruptedException {
      if (!end.await(30, TimeUnit.SECONDS)) {
        throw new AssertionError("no end; saw " + out.size() + " bytes");
      }
      return out.toString(StandardCharsets.UTF_8);
    }
  }
}
