package dev.priok.host.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.priok.host.logging.ContainerLog;
import dev.priok.host.logging.LogFiles;
import dev.priok.host.logging.LogReadOptions;
import dev.priok.host.logging.LogStream;
import dev.priok.host.runtime.CreateResult.Created;
import dev.priok.host.runtime.CreateResult.Refused;
import dev.priok.host.runtime.Supervision.LogLimits;
import dev.priok.host.runtime.TestBundle.Collector;
import dev.priok.model.error.EngineException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real containers: conmon, runc and busybox in throw-away directories. */
@Timeout(60)
final class ConmonProcessesTest {
  private TestBundle bundle;

  @BeforeEach
  void open() throws IOException {
    bundle = new TestBundle();
  }

  @AfterEach
  void close() throws IOException {
    bundle.close();
  }

  @Test
  void runsToItsEndAndLeavesNothing() throws Exception {
    String id = TestBundle.id();
    Collector seen = new Collector();
    Created created = create(id, false, false, "sh", "-c", "echo out; echo err >&2; exit 7");
    created.attachment().subscribe(seen);
    assertThat(created.conmonPid()).isGreaterThan(1);
    bundle.processes.start(id);

    ExitReport exit = bundle.awaitExit();
    assertThat(exit.id()).isEqualTo(id);
    assertThat(exit.code()).isEqualTo(7);
    assertThat(exit.oomKilled()).isFalse();
    assertThat(seen.awaitEnd()).isEqualTo("out\n");
    assertThat(seen.err.toString(StandardCharsets.UTF_8)).isEqualTo("err\n");
    assertThat(log(id)).isEqualTo("out\nerr\n");

    bundle.processes.delete(id);
    bundle.processes.acknowledge(id);
    try (var left = Files.walk(bundle.dir.resolve("run"))) {
      assertThat(left.filter(p -> p.toString().contains(id))).isEmpty();
    }
    for (Path mount : CgroupDirectories.mounts()) {
      assertThat(mount.resolve("priok-test").resolve(id)).doesNotExist();
    }
  }

  @Test
  void tellsWhatDockerTellsOfAMissingProgram() throws Exception {
    String id = TestBundle.id();
    CreateResult result =
        bundle.processes.create(
            bundle.supervision(id, false, false), bundle.config(id, false, "nonsense"));
    assertThat(result).isInstanceOf(Refused.class);
    Refused refused = (Refused) result;
    assertThat(refused.exitCode()).isEqualTo(127);
    assertThat(refused.message())
        .startsWith("failed to create task for container:")
        .contains("OCI runtime create failed:")
        .endsWith("exec: \"nonsense\": executable file not found in $PATH: unknown");
    assertThat(bundle.processes.leftovers()).isEmpty();

    CreateResult notExecutable =
        bundle.processes.create(
            bundle.supervision(id, false, false), bundle.config(id, false, "/tmp"));
    assertThat(((Refused) notExecutable).exitCode()).isEqualTo(126);
  }

  @Test
  void givesInputAndEndsIt() throws Exception {
    String id = TestBundle.id();
    Collector seen = new Collector();
    Supervision settings =
        new Supervision(
            id,
            "runc",
            "/priok-test/" + id,
            bundle.dir.resolve(id + ".log"),
            LogLimits.NONE,
            false,
            true,
            true);
    Created created =
        (Created) bundle.processes.create(settings, bundle.config(id, false, "wc", "-c"));
    created.attachment().subscribe(seen);
    bundle.processes.start(id);
    byte[] data = new byte[3_000_000];
    created.attachment().write(data, 0, data.length);
    created.attachment().closeStdin();
    assertThat(seen.awaitEnd().strip()).isEqualTo("3000000");
    assertThat(bundle.awaitExit().code()).isZero();
    bundle.processes.delete(id);
  }

  @Test
  void hasATerminalThatCanBeResized() throws Exception {
    String id = TestBundle.id();
    Collector seen = new Collector();
    Created created = create(id, true, true, "sh");
    created.attachment().subscribe(seen);
    bundle.processes.start(id);
    created.attachment().resize(31, 117);
    send(created.attachment(), "stty size; exit 3\n");
    seen.awaitText("31 117");
    assertThat(bundle.awaitExit().code()).isEqualTo(3);
    bundle.processes.delete(id);
  }

  @Test
  void signalsPausesAndListsProcesses() throws Exception {
    String id = TestBundle.id();
    Created created = create(id, false, false, "sh", "-c", "sleep 100 & sleep 100");
    bundle.processes.start(id);
    await(() -> bundle.processes.pids(id).size() >= 2);
    assertThat(bundle.processes.pids(id)).contains(created.pid());
    bundle.processes.pause(id);
    bundle.processes.resume(id);
    bundle.processes.update(id, "{\"pids\":{\"limit\":50}}".getBytes(StandardCharsets.UTF_8));
    assertThat(bundle.processes.signal(id, 9)).isTrue();
    assertThat(bundle.awaitExit().code()).isEqualTo(137);
    assertThat(bundle.processes.signal(id, 9)).isFalse();
    bundle.processes.delete(id);
    assertThatThrownBy(() -> bundle.processes.signal(id, 9)).isInstanceOf(EngineException.class);
  }

  @Test
  void runsFurtherProcesses() throws Exception {
    String id = TestBundle.id();
    create(id, false, false, "sleep", "100");
    bundle.processes.start(id);

    Collector seen = new Collector();
    ExecResult.Running exec =
        (ExecResult.Running)
            bundle.processes.exec(
                new ExecLaunch(
                    id,
                    "e1",
                    TestBundle.process(false, "sh", "-c", "cat; echo bad >&2; exit 9"),
                    true,
                    false,
                    true,
                    "note"));
    exec.attachment().subscribe(seen);
    send(exec.attachment(), "hello\n");
    exec.attachment().closeStdin();
    assertThat(seen.awaitEnd()).isEqualTo("hello\n");
    assertThat(seen.err.toString(StandardCharsets.UTF_8)).isEqualTo("bad\n");
    assertThat(exec.exit().toCompletableFuture().get(10, TimeUnit.SECONDS)).isEqualTo(9);

    ExecResult.Running detached =
        (ExecResult.Running)
            bundle.processes.exec(
                new ExecLaunch(
                    id, "e2", TestBundle.process(false, "true"), false, false, false, ""));
    assertThat(detached.exit().toCompletableFuture().get(10, TimeUnit.SECONDS)).isZero();

    // Each has a file, not the folder that conmon would need: no supervisor program was started.
    Path execs = bundle.dir.resolve("run/bundles").resolve(id).resolve("execs");
    for (String name : new String[] {"e1", "e2"}) {
      ExecFile.State state = new ExecFile(execs.resolve(name)).read();
      assertThat(state.exitCode()).contains(name.equals("e1") ? 9 : 0);
      assertThat(state.note()).isEqualTo(name.equals("e1") ? "note" : "");
      assertThat(state.keeper()).isPositive();
      assertThat(state.command()).isPositive().isNotEqualTo(state.keeper());
      assertThat(new ExecFile(execs.resolve(name)).keeper(state)).isEmpty();
    }

    Collector screen = new Collector();
    ExecResult.Running terminal =
        (ExecResult.Running)
            bundle.processes.exec(
                new ExecLaunch(id, "e3", TestBundle.process(true, "sh"), true, true, true, ""));
    terminal.attachment().subscribe(screen);
    terminal.attachment().resize(20, 60);
    send(terminal.attachment(), "stty size; exit 4\n");
    screen.awaitText("20 60");
    assertThat(terminal.exit().toCompletableFuture().get(10, TimeUnit.SECONDS)).isEqualTo(4);

    ExecResult refused =
        bundle.processes.exec(
            new ExecLaunch(id, "e4", TestBundle.process(false, "nix"), true, false, false, ""));
    assertThat(refused).isInstanceOf(ExecResult.Refused.class);
    assertThat(((ExecResult.Refused) refused).exitCode()).isEqualTo(127);
    assertThat(((ExecResult.Refused) refused).message()).startsWith("OCI runtime exec failed:");
    assertThat(execs.resolve("e4")).doesNotExist();
    bundle.processes.killAll(id);
    assertThat(bundle.awaitExit().code()).isEqualTo(137);
    bundle.processes.delete(id);
  }

  @Test
  void takesContainersBackAfterARestart() throws Exception {
    String running = TestBundle.id();
    String ended = TestBundle.id();
    create(running, false, true, "cat");
    bundle.processes.start(running);
    create(ended, false, false, "sh", "-c", "sleep 0.3; echo late; exit 5");
    bundle.processes.start(ended);
    bundle.processes.close(); // as good as killed: nothing is told to conmon
    Path code = bundle.dir.resolve("run").resolve("exits").resolve(ended);
    for (int i = 0; i < 200 && !Files.exists(code); i++) {
      Thread.sleep(50);
    }
    bundle.open();
    assertThat(bundle.processes.leftovers()).containsExactlyInAnyOrder(running, ended);

    Adoption first = bundle.processes.readopt(bundle.supervision(running, false, true));
    assertThat(first).isInstanceOf(Adoption.Running.class);
    Attachment attachment = ((Adoption.Running) first).attachment();
    assertThat(((Adoption.Running) first).started()).isTrue();
    Collector seen = new Collector();
    attachment.subscribe(seen);
    send(attachment, "again\n");
    seen.awaitText("again");

    Adoption second = bundle.processes.readopt(bundle.supervision(ended, false, false));
    assertThat(((Adoption.Ended) second).exit().code()).isEqualTo(5);
    assertThat(log(ended)).isEqualTo("late\n");
    bundle.processes.delete(ended);
    bundle.processes.acknowledge(ended);

    Adoption third = bundle.processes.readopt(bundle.supervision(TestBundle.id(), false, false));
    assertThat(third).isInstanceOf(Adoption.Lost.class);

    bundle.processes.signal(running, 15);
    bundle.processes.signal(running, 9);
    bundle.awaitExit();
    bundle.processes.delete(running);
    assertThat(bundle.processes.leftovers()).isEmpty();
  }

  @Test
  void neverStallsForASubscriberThatStandsStill() throws Exception {
    String id = TestBundle.id();
    Created created = create(id, false, false, "sh", "-c", "head -c 30000000 /dev/zero; echo end");
    AtomicLong counted = new AtomicLong();
    Collector fast = new Collector();
    created.attachment().subscribe(fast);
    Object gate = new Object();
    OutputSink stuck =
        new OutputSink() {
          private boolean first = true;

          @Override
          public void output(LogStream stream, byte[] bytes, int offset, int length) {
            if (first) {
              first = false;
              synchronized (gate) {
                counted.set(0);
              }
            }
            counted.addAndGet(length);
          }

          @Override
          public void ended() {
            counted.addAndGet(1_000_000_000L);
          }

          @Override
          public void overrun() {}
        };
    synchronized (gate) {
      created.attachment().subscribe(stuck);
      bundle.processes.start(id);
      assertThat(fast.awaitEnd()).endsWith("end\n");
      assertThat(bundle.awaitExit().code()).isZero();
    }
    await(() -> counted.get() == 1_030_000_004L);
    bundle.processes.delete(id);
  }

  @Test
  void rotatesLogsWithoutLosingLines() throws Exception {
    String id = TestBundle.id();
    Supervision settings = bundle.supervision(id, false, false, new LogLimits(200_000, 100, true));
    Created created =
        (Created)
            bundle.processes.create(
                settings,
                bundle.config(
                    id,
                    false,
                    "sh",
                    "-c",
                    "i=0; while [ $i -lt 30000 ]; do echo line $i; i=$((i+1)); done"));
    ByteArrayOutputStream followed = new ByteArrayOutputStream();
    Thread reader =
        Thread.ofVirtual()
            .start(() -> {
              try {
                new ContainerLog(new LogFiles(settings.log()))
                    .follow(
                        LogReadOptions.all(),
                        (t, s, b, o, l) -> followed.write(b, o, l),
                        created.attachment().follow());
              } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    bundle.processes.start(id);
    assertThat(bundle.awaitExit().code()).isZero();
    reader.join();
    StringBuilder expected = new StringBuilder();
    for (int i = 0; i < 30000; i++) {
      expected.append("line ").append(i).append('\n');
    }
    assertThat(new LogFiles(settings.log()).number()).isGreaterThan(1);
    assertThat(log(id)).isEqualTo(expected.toString());
    assertThat(followed.toString(StandardCharsets.UTF_8)).isEqualTo(expected.toString());
    bundle.processes.delete(id);
  }

  private Created create(String id, boolean terminal, boolean stdin, String... args) {
    CreateResult result =
        bundle.processes.create(
            bundle.supervision(id, terminal, stdin), bundle.config(id, terminal, args));
    assertThat(result).isInstanceOf(Created.class);
    return (Created) result;
  }

  private String log(String id) throws IOException {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    new ContainerLog(new LogFiles(bundle.dir.resolve(id + ".log")))
        .read(LogReadOptions.all(), (t, s, b, o, l) -> text.write(b, o, l));
    return text.toString(StandardCharsets.UTF_8);
  }

  private static void send(Attachment attachment, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    attachment.write(bytes, 0, bytes.length);
  }

  private static void await(java.util.function.BooleanSupplier condition)
      throws InterruptedException {
    long deadline = System.nanoTime() + 20_000_000_000L;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("not within 20 s");
      }
      Thread.sleep(20);
    }
  }
}
