package dev.priok.host.runtime;

import dev.priok.host.runtime.Supervised.Live;
import dev.priok.kernel.call.Io;
import dev.priok.kernel.event.EventLoop;
import dev.priok.model.error.EngineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs probes without a supervisor and without a run of the OCI runtime (decision 0020).
 *
 * <p>The program of a container's probe is made once a run and started for each probe. All starts
 * happen on one thread that lives as long as the daemon: the kernel kills the command when the
 * thread that is its parent ends (PR_SET_PDEATHSIG, prctl(2)).
 */
final class DirectProbes implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DirectProbes.class);

  /** In the bundle: the session of the present probe, for the next daemon to end. */
  private static final String NOTE = "probe";

  private static final long END_MILLIS = 2_000;

  private final EventLoop loop;
  private final JoinPrograms programs;
  private final Map<String, Made> prepared = new ConcurrentHashMap<>();
  private final Map<String, Set<Probe>> running = new ConcurrentHashMap<>();
  private final ExecutorService starter =
      Executors.newSingleThreadExecutor(
          task -> Thread.ofPlatform().name("probe-starter").daemon(true).unstarted(task));

  DirectProbes(EventLoop loop, JoinPrograms programs) {
    this.loop = loop;
    this.programs = programs;
  }

  /** A program, and what it was made from. */
  private record Made(int init, String process, JoinPrograms.Prepared program) {}

  /** Starts one; empty where the container needs what only the OCI runtime does. */
  Optional<Probe> start(Supervised container, ProbeLaunch launch) throws IOException {
    Live live = container.live();
    if (live == null) {
      return Optional.empty();
    }
    Optional<JoinPrograms.Prepared> ready = prepare(container, live, launch.process());
    if (ready.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          CompletableFuture.supplyAsync(() -> spawn(container, live, ready.get(), launch), starter)
              .join());
    } catch (CompletionException e) {
      if (e.getCause() instanceof IOException io) {
        throw io;
      }
      throw e;
    }
  }

  private Probe spawn(
      Supervised container, Live live, JoinPrograms.Prepared ready, ProbeLaunch launch) {
    if (container.isClosing()) {
      throw EngineException.conflict("container %s is not running", container.id());
    }
    try {
      Io.Pipe input = Io.pipe(); // empty, until the command has its null device
      Io.Pipe output = Io.pipe();
      Io.Pipe complaints = Io.pipe();
      try {
        Io.setNonBlocking(output.reader(), true);
        Io.setNonBlocking(complaints.reader(), true);
        int helper =
            ready
                .program()
                .spawn(JoinProgram.SELF)
                .descriptor(0, input.reader())
                .descriptor(1, output.writer())
                .descriptor(2, output.writer())
                .descriptor(JoinProgram.COMPLAINTS, complaints.writer())
                .descriptor(JoinProgram.INIT, live.hold().fd())
                .start();
        output.writer().close();
        complaints.writer().close();
        DirectProbe probe =
            new DirectProbe(
                loop,
                output.reader(),
                complaints.reader(),
                launch.outputLimit(),
                ready.words(),
                pid -> note(container, pid));
        Set<Probe> beside =
            running.computeIfAbsent(container.id(), id -> ConcurrentHashMap.newKeySet());
        beside.add(probe);
        var _ = probe.exit().whenComplete((code, failure) -> beside.remove(probe));
        probe.watch(helper);
        return probe;
      } catch (IOException e) {
        output.close();
        complaints.close();
        throw e;
      } finally {
        input.close();
      }
    } catch (IOException e) {
      throw new CompletionException(e);
    }
  }

  /** Whoever comes after a kill -9 finds here what to end. */
  private static void note(Supervised container, int pid) {
    try {
      Files.writeString(container.bundle().resolve(NOTE), Integer.toString(pid));
    } catch (IOException e) {
      LOG.debug("the probe of {} is not noted: {}", container.id(), e.getMessage());
    }
  }

  /** Ends what a probe of an earlier daemon has left running. */
  void endFormer(Supervised container) throws IOException {
    Path note = container.bundle().resolve(NOTE);
    if (Files.exists(note)) {
      String text = Files.readString(note).strip();
      if (text.matches("[1-9]\\d{0,9}")) {
        int leader = Integer.parseInt(text);
        Set<Integer> inside = Set.copyOf(container.cgroup().pids());
        DirectProbe.killSession(leader, e -> inside.contains(e.pid()));
      }
      Files.deleteIfExists(note);
    }
  }

  private Optional<JoinPrograms.Prepared> prepare(Supervised container, Live live, String process)
      throws IOException {
    Made known = prepared.get(container.id());
    if (known != null && known.init() == live.pid() && known.process().equals(process)) {
      return Optional.of(known.program());
    }
    Optional<JoinPrograms.Prepared> made =
        programs.prepare(container, live, process, JoinProgram.Plan.PROBE);
    made.ifPresent(
        program -> close(prepared.put(container.id(), new Made(live.pid(), process, program))));
    return made;
  }

  /**
   * The container's run is over: no probe is started in it any more, and none is left in its
   * control groups, which are about to be removed.
   */
  void end(Supervised container) {
    container.close();
    Set<Probe> left = running.remove(container.id());
    if (prepared.containsKey(container.id())) {
      // Starts happen one after another: when this has had its turn, none is half done.
      CompletableFuture.runAsync(() -> {}, starter).join();
      Set<Probe> late = running.remove(container.id());
      await(left);
      await(late);
    }
    close(prepared.remove(container.id()));
  }

  private static void await(@Nullable Set<Probe> probes) {
    for (Probe probe : probes == null ? Set.<Probe>of() : Set.copyOf(probes)) {
      probe.kill();
      try {
        var _ = probe.exit().toCompletableFuture().get(END_MILLIS, TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (ExecutionException | TimeoutException e) {
        LOG.warn("a probe does not end: {}", e.toString());
      }
    }
  }

  private static void close(@Nullable Made old) {
    if (old != null) {
      old.program().close();
    }
  }

  @Override
  public void close() {
    starter.shutdownNow();
    prepared.values().forEach(DirectProbes::close);
    prepared.clear();
  }
}
