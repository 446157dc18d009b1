package dev.priok.host.runtime;

import com.fasterxml.jackson.databind.JsonNode;
import dev.priok.host.runtime.Supervised.Live;
import dev.priok.kernel.call.Errno;
import dev.priok.kernel.call.Io;
import dev.priok.kernel.call.Scratch;
import dev.priok.kernel.call.SystemCall;
import dev.priok.kernel.event.EventLoop;
import dev.priok.kernel.host.HostInfo;
import dev.priok.kernel.program.SealedProgram;
import dev.priok.model.error.EngineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
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
  private final SeccompFilters filters = new SeccompFilters();
  private final Map<String, Prepared> prepared = new ConcurrentHashMap<>();
  private final Map<String, Set<Probe>> running = new ConcurrentHashMap<>();
  private final boolean unified;
  private final boolean keyRings;
  private final int lastCapability;
  private final ExecutorService starter =
      Executors.newSingleThreadExecutor(
          task -> Thread.ofPlatform().name("probe-starter").daemon(true).unstarted(task));

  DirectProbes(EventLoop loop, List<Path> cgroupMounts) throws IOException {
    this.loop = loop;
    this.unified =
        cgroupMounts.size() == 1
            && Files.exists(cgroupMounts.getFirst().resolve("cgroup.controllers"));
    this.keyRings = hasKeyRings();
    this.lastCapability =
        HostInfo.sysctl("kernel.cap_last_cap")
            .map(Integer::valueOf)
            .orElseThrow(() -> new IOException("the kernel does not tell its last capability"));
  }

  /** A sealed program, and what it was made from. */
  private record Prepared(
      int init, String process, SealedProgram program, Set<Long> executions, String command) {}

  /** KEYCTL_GET_KEYRING_ID of the thread's own ring, without making it. */
  private static boolean hasKeyRings() {
    try (Scratch s = Scratch.borrow()) {
      return s.call(SystemCall.KEYCTL, 0, -1, 0) != -Errno.ENOSYS.number();
    }
  }

  /** Starts one; empty where the container needs what only the OCI runtime does. */
  Optional<Probe> start(Supervised container, ProbeLaunch launch) throws IOException {
    Live live = container.live();
    if (live == null || !SealedProgram.isSupported()) {
      return Optional.empty();
    }
    Optional<Prepared> ready = prepare(container, live.pid(), launch.process());
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

  private Probe spawn(Supervised container, Live live, Prepared ready, ProbeLaunch launch) {
    if (container.isClosing()) {
      throw EngineException.conflict("container %s is not running", container.id());
    }
    try {
      Io.Pipe output = Io.pipe();
      Io.Pipe complaints = Io.pipe();
      try {
        Io.setNonBlocking(output.reader(), true);
        Io.setNonBlocking(complaints.reader(), true);
        int helper =
            ready
                .program()
                .spawn(ProbeProgram.SELF)
                .descriptor(1, output.writer())
                .descriptor(2, output.writer())
                .descriptor(ProbeProgram.COMPLAINTS, complaints.writer())
                .descriptor(ProbeProgram.INIT, live.hold().fd())
                .start();
        output.writer().close();
        complaints.writer().close();
        DirectProbe probe =
            new DirectProbe(
                loop,
                output.reader(),
                complaints.reader(),
                launch.outputLimit(),
                (step, errno) -> refusal(ready, step, errno),
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

  private Optional<Prepared> prepare(Supervised container, int init, String process)
      throws IOException {
    Prepared known = prepared.get(container.id());
    if (known != null && known.init() == init && known.process().equals(process)) {
      return Optional.of(known);
    }
    Optional<ProcessDocument> document = ProcessDocument.read(process, container.bundle());
    List<Path> groups = container.cgroup().existing();
    if (document.isEmpty() || document.get().arguments().isEmpty() || groups.isEmpty()) {
      return Optional.empty();
    }
    JsonNode seccomp = document.get().seccomp();
    SeccompFilters.Filter filter = null;
    if (seccomp != null) {
      filter = filters.compile(seccomp).orElse(null);
      if (filter == null) {
        return Optional.empty();
      }
    }
    @Nullable String keyRing = keyRings ? "_ses." + container.id() : null;
    ProbeProgram.Built built =
        ProbeProgram.build(
            document.get(),
            new ProbeProgram.Place(groups, unified, keyRing, lastCapability),
            filter);
    Prepared made =
        new Prepared(
            init,
            process,
            SealedProgram.of(built.image(), "priok-probe"),
            built.executions(),
            document.get().arguments().getFirst());
    close(prepared.put(container.id(), made));
    return Optional.of(made);
  }

  /** In the sentences of runc, which health logs of Docker have. */
  private static String refusal(Prepared ready, long step, int errno) {
    String reason = "step %d: %s".formatted(step, text(errno));
    if (ready.executions().contains(step)) {
      String name = ready.command();
      String shown = "exec: \"" + name + "\": ";
      if (errno == Errno.ENOENT.number()) {
        reason =
            name.indexOf('/') < 0
                ? shown + "executable file not found in $PATH"
                : shown + "stat " + name + ": no such file or directory";
      } else {
        reason = shown + text(errno);
      }
    }
    return "OCI runtime exec failed: exec failed: unable to start container process: %s: unknown"
        .formatted(reason);
  }

  /** As Go spells it. */
  private static String text(int errno) {
    return Errno.of(errno).text().toLowerCase(Locale.ROOT);
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

  private static void close(@Nullable Prepared old) {
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
