package dev.priok.host.runtime;

import com.fasterxml.jackson.databind.JsonNode;
import dev.priok.host.runtime.Supervised.Live;
import dev.priok.kernel.call.Errno;
import dev.priok.kernel.call.Scratch;
import dev.priok.kernel.call.SystemCall;
import dev.priok.kernel.host.HostInfo;
import dev.priok.kernel.program.SealedProgram;
import dev.priok.model.api.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes the programs of processes that join containers (decision 0020). What they take over from a
 * container is read once for each run of it.
 */
final class JoinPrograms {
  /** Since Linux 5.1. */
  private static final Path APPARMOR = Path.of("/proc/self/attr/apparmor");

  private final SeccompFilters filters;
  private final Map<String, Entrance> entrances = new ConcurrentHashMap<>();
  private final boolean unified;
  private final boolean keyRings;
  private final int lastCapability;

  JoinPrograms(SeccompFilters filters, List<Path> cgroupMounts) throws IOException {
    this.filters = filters;
    this.unified =
        cgroupMounts.size() == 1
            && Files.exists(cgroupMounts.getFirst().resolve("cgroup.controllers"));
    this.keyRings = hasKeyRings();
    this.lastCapability =
        HostInfo.sysctl("kernel.cap_last_cap")
            .map(Integer::valueOf)
            .orElseThrow(() -> new IOException("the kernel does not tell its last capability"));
  }

  /**
   * What one run of a container gives to all who join it.
   *
   * @param init its first process's id, which tells the runs apart
   * @param first the process object of its configuration
   * @param place null where only an OCI runtime can join it
   */
  private record Entrance(
      int init,
      JsonNode first,
      JoinProgram.@Nullable Place place,
      SeccompFilters.@Nullable Filter filter) {}

  /** A program ready to be started, any number of times. */
  record Prepared(SealedProgram program, ProcessDocument document, JoinFailure words)
      implements AutoCloseable {
    @Override
    public void close() {
      program.close();
    }
  }

  /** KEYCTL_GET_KEYRING_ID of the thread's own ring, without making it. */
  private static boolean hasKeyRings() {
    try (Scratch s = Scratch.borrow()) {
      return s.call(SystemCall.KEYCTL, 0, -1, 0) != -Errno.ENOSYS.number();
    }
  }

  /** Empty where the container or the process needs what only the OCI runtime does. */
  Optional<Prepared> prepare(Supervised container, Live live, String process, JoinProgram.Plan plan)
      throws IOException {
    if (!SealedProgram.isSupported()) {
      return Optional.empty();
    }
    Entrance entrance = entrance(container, live.pid());
    JoinProgram.Place place = entrance.place();
    Optional<ProcessDocument> document =
        place == null ? Optional.empty() : ProcessDocument.read(process, entrance.first());
    if (place == null || document.isEmpty()) {
      return Optional.empty();
    }
    if (!plan.kept() && !document.get().profile().isEmpty()) {
      // An exec whose profile cannot be taken this way is tried once more by the runtime; a probe
      // has no second try, so it leaves profiles to the runtime from the start.
      return Optional.empty();
    }
    JoinProgram.Built built = JoinProgram.build(document.get(), plan, place, entrance.filter());
    return Optional.of(
        new Prepared(
            SealedProgram.of(built.image(), "priok-join"),
            document.get(),
            new JoinFailure(built, document.get().arguments(), document.get().directory())));
  }

  /** The run is over. */
  void forget(Supervised container) {
    entrances.remove(container.id());
  }

  private Entrance entrance(Supervised container, int init) throws IOException {
    Entrance known = entrances.get(container.id());
    if (known != null && known.init() == init) {
      return known;
    }
    byte[] text = Files.readAllBytes(container.bundle().resolve("config.json"));
    JsonNode config = Json.mapper().readTree(text);
    List<Path> groups = container.cgroup().existing();
    SeccompFilters.Found found = filters.find(text);
    boolean direct =
        !ProcessDocument.needsRuntime(config)
            && !groups.isEmpty()
            && !(found instanceof SeccompFilters.Found.RuntimeOnly);
    @Nullable String keyRing = keyRings ? "_ses." + container.id() : null;
    Entrance made =
        new Entrance(
            init,
            config.path("process"),
            direct
                ? new JoinProgram.Place(
                    groups, unified, keyRing, lastCapability, Files.exists(APPARMOR))
                : null,
            found instanceof SeccompFilters.Found.Compiled c ? c.filter() : null);
    entrances.put(container.id(), made);
    return made;
  }
}
