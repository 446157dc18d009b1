package dev.priok.engine.containers.spec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.host.logging.LogStream;
import dev.priok.host.runtime.ConmonProcesses;
import dev.priok.host.runtime.CreateResult;
import dev.priok.host.runtime.CreateResult.Created;
import dev.priok.host.runtime.ExecLaunch;
import dev.priok.host.runtime.ExecResult;
import dev.priok.host.runtime.ExitReport;
import dev.priok.host.runtime.OciRuntimes;
import dev.priok.host.runtime.OutputSink;
import dev.priok.host.runtime.Supervision;
import dev.priok.host.runtime.Supervision.LogLimits;
import dev.priok.kernel.event.EventLoop;
import dev.priok.model.api.container.ContainerConfig;
import dev.priok.model.api.container.ContainerConfigBuilder;
import dev.priok.model.api.container.HostConfig;
import dev.priok.model.api.container.HostConfigBuilder;
import dev.priok.model.api.exec.ExecConfigBuilder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The configurations made here, run by the real runtime. */
@Timeout(60)
final class RunBuiltSpecTest {
  private final BlockingQueue<ExitReport> exits = new ArrayBlockingQueue<>(10);
  private Path dir;
  private EventLoop loop;
  private ConmonProcesses processes;
  private HostFacts host;

  @BeforeEach
  void open() throws IOException {
    dir = Files.createTempDirectory("priok-spec");
    Path bin = Files.createDirectories(dir.resolve("rootfs/bin"));
    Files.copy(Path.of("/bin/busybox"), bin.resolve("busybox"));
    for (String name : List.of("sh", "cat", "id", "head", "grep", "mkdir", "touch", "unshare")) {
      Files.createSymbolicLink(bin.resolve(name), Path.of("busybox"));
    }
    Path etc = Files.createDirectories(dir.resolve("rootfs/etc"));
    Files.writeString(etc.resolve("passwd"), "bob:x:1000:100::/:/bin/sh\n");
    Files.writeString(etc.resolve("group"), "users:x:100:\ngames:x:20:bob\n");
    loop = EventLoop.start("spec", Throwable::printStackTrace);
    processes = new ConmonProcesses(loop, dir.resolve("run"), new OciRuntimes(Map.of(), null));
    processes.onExit(exits::add);
    host = new ProbeHost().probe();
  }

  @AfterEach
  void close() throws IOException {
    for (String id : processes.leftovers()) {
      processes.delete(id);
    }
    processes.close();
    loop.close();
    try (var all = Files.walk(dir)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
    try (var groups = Files.list(Path.of("/sys/fs/cgroup"))) {
      for (Path group : groups.toList()) {
        Path own = group.resolve("priok-spec-test");
        if (Files.exists(own)) {
          Files.delete(own);
        }
      }
    }
  }

  @Test
  void confines() throws Exception {
    String script =
        "id -u; id -G; grep -E 'CapBnd|Seccomp:|NoNewPrivs' /proc/self/status; pwd;"
            + " echo $FOO-$HOSTNAME; touch /x && echo writable; unshare -m true || echo denied;"
            + " cat /proc/kcore | head -c 10; ulimit -n; cat /dev/null; exit 3";
    ContainerConfig config =
        ContainerConfigBuilder.builder()
            .cmd(List.of("sh", "-c", script))
            .user("bob")
            .hostname("box")
            .workingDir("/tmp/deep")
            .env(List.of("FOO=bar"))
            .build();
    HostConfig limits =
        HostConfigBuilder.builder()
            .memory(64L << 20)
            .pidsLimit(50L)
            .nanoCpus(500_000_000L)
            .readonlyRootfs(false)
            .securityOpt(List.of("no-new-privileges"))
            .ulimits(List.of(new dev.priok.model.api.container.Ulimit("nofile", 99L, 99L)))
            .tmpfs(Map.of())
            .build();
    String out = run("c1", config, limits, List.of(new SpecMount.Tmpfs("/mem", "size=1m,exec")));
    assertThat(out)
        .startsWith("1000\n100 20\n")
        .contains("CapBnd:\t00000000a80425fb")
        .contains("Seccomp:\t2")
        .contains("NoNewPrivs:\t1")
        .contains("/tmp/deep\nbar-box\n")
        .contains("denied\n99\n")
        .doesNotContain("writable");
    assertThat(exits.poll(10, TimeUnit.SECONDS)).extracting(ExitReport::code).isEqualTo(3);
    processes.delete("c1");
  }

  @Test
  void noticesThatMemoryRanOut() throws Exception {
    ContainerConfig config =
        ContainerConfigBuilder.builder()
            .cmd(List.of("sh", "-c", "a=aaaaaaaaaaaaaaaa; while true; do a=$a$a; done"))
            .build();
    HostConfig limits = HostConfigBuilder.builder().memory(8L << 20).memorySwap(8L << 20).build();
    run("c2", config, limits, List.of());
    ExitReport exit = exits.poll(20, TimeUnit.SECONDS);
    assertThat(exit).isNotNull();
    assertThat(exit.code()).isEqualTo(137);
    assertThat(exit.oomKilled()).isTrue();
    processes.delete("c2");
  }

  @Test
  void runsAnExecAndPassesMuchOutput() throws Exception {
    ContainerConfig config =
        ContainerConfigBuilder.builder()
            .cmd(List.of("sh", "-c", "cat >/dev/null"))
            .hostname("box")
            .build();
    HostConfig none = HostConfigBuilder.builder().readonlyRootfs(true).build();
    SpecRequest request = request("c3", config, none, List.of());
    Supervision settings =
        new Supervision(
            "c3",
            "",
            "/priok-spec-test/c3",
            dir.resolve("c3.log"),
            LogLimits.NONE,
            false,
            true,
            false);
    CreateResult created =
        processes.create(
            settings, new BuildSpec(host, ContainerDefaults.of("runc")).build(request));
    assertThat(created).isInstanceOf(Created.class);
    processes.start("c3");
    String process =
        new BuildExecProcess(host, ContainerDefaults.of("runc"))
            .build(
                new BuildExecProcess.ExecRequest(
                    ExecConfigBuilder.builder()
                        .cmd(List.of("sh", "-c", "head -c 200000000 /dev/zero"))
                        .user("bob")
                        .build(),
                    none,
                    request.rootFiles(),
                    "box",
                    null,
                    null,
                    List.of(),
                    null));
    long start = System.nanoTime();
    ExecResult result = processes.exec(new ExecLaunch("c3", "e1", process, true, false, false, ""));
    assertThat(result).isInstanceOf(ExecResult.Running.class);
    ExecResult.Running running = (ExecResult.Running) result;
    AtomicLong bytes = new AtomicLong();
    CountDownLatch end = new CountDownLatch(1);
    running
        .attachment()
        .subscribe(
            new OutputSink() {
              @Override
              public void output(LogStream stream, byte[] b, int offset, int length) {
                bytes.addAndGet(length);
              }

              @Override
              public void ended() {
                end.countDown();
              }

              @Override
              public void overrun() {}
            });
    assertThat(end.await(30, TimeUnit.SECONDS)).isTrue();
    System.out.println(
        "200 MB through an attach: " + (System.nanoTime() - start) / 1_000_000 + " ms");
    assertThat(running.exit().toCompletableFuture().get(5, TimeUnit.SECONDS)).isZero();
    assertThat(bytes.get()).isEqualTo(200_000_000L);
    processes.update(
        "c3",
        new BuildSpec(host, ContainerDefaults.of("runc"))
            .resources(HostConfigBuilder.builder().memory(32L << 20).pidsLimit(9L).build()));
    processes.signal("c3", 9);
    assertThat(exits.poll(10, TimeUnit.SECONDS)).isNotNull();
    processes.delete("c3");
  }

  private String run(String id, ContainerConfig config, HostConfig limits, List<SpecMount> mounts)
      throws Exception {
    Supervision settings =
        new Supervision(
            id,
            "",
            "/priok-spec-test/" + id,
            dir.resolve(id + ".log"),
            LogLimits.NONE,
            false,
            false,
            false);
    CreateResult result =
        processes.create(
            settings,
            new BuildSpec(host, ContainerDefaults.of("runc"))
                .build(request(id, config, limits, mounts)));
    assertThat(result).isInstanceOf(Created.class);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    CountDownLatch end = new CountDownLatch(1);
    ((Created) result)
        .attachment()
        .subscribe(
            new OutputSink() {
              @Override
              public void output(LogStream stream, byte[] b, int offset, int length) {
                if (stream == LogStream.STDOUT) {
                  out.write(b, offset, length);
                }
              }

              @Override
              public void ended() {
                end.countDown();
              }

              @Override
              public void overrun() {}
            });
    processes.start(id);
    assertThat(end.await(20, TimeUnit.SECONDS)).isTrue();
    return out.toString(StandardCharsets.UTF_8);
  }

  private SpecRequest request(
      String id, ContainerConfig config, HostConfig limits, List<SpecMount> mounts) {
    Path rootfs = dir.resolve("rootfs");
    return new SpecRequest(
        id,
        config,
        limits,
        rootfs,
        new OpenRootFiles(rootfs),
        mounts,
        new NamespaceTarget.Private(),
        new NamespaceTarget.Private(),
        new NamespaceTarget.Private(),
        "/priok-spec-test/" + id,
        null,
        List.of());
  }
}
