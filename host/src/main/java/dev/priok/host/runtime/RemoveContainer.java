package dev.priok.host.runtime;

import dev.priok.kernel.process.ProcessTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Removes what a container's process leaves: control groups, the runtime's state, the bundle.
 *
 * <p>A runtime's {@code delete} does no more than that for a configuration without hooks and costs
 * a program start, so it is done here; see the decision record on starting without the runtime.
 */
final class RemoveContainer {
  private static final long SUPERVISOR_MILLIS = 5000;

  private final RuntimeLayout layout;
  private final OciRuntimes runtimes;
  private final List<Path> cgroupMounts;

  RemoveContainer(RuntimeLayout layout, OciRuntimes runtimes, List<Path> cgroupMounts) {
    this.layout = layout;
    this.runtimes = runtimes;
    this.cgroupMounts = cgroupMounts;
  }

  /**
   * Removes it, whatever state it is in; repeating it is harmless.
   *
   * @param container null for a leftover, whose settings are read from its bundle
   */
  void remove(String id, @Nullable Supervised container) throws IOException {
    Path bundle = layout.bundle(id);
    CgroupDirectories cgroup =
        container != null
            ? container.cgroup()
            : BundleConfig.cgroupPath(bundle)
                .map(path -> new CgroupDirectories(cgroupMounts, path))
                .orElse(null);
    if (cgroup != null && !cgroup.removeIfEmpty()) {
      cgroup.killAll();
      if (!cgroup.remove()) {
        throw new IOException("processes stay in the control group of container " + id);
      }
    }
    if (container == null || !container.hasExited()) {
      awaitSupervisor(bundle);
    }
    for (Map.Entry<String, OciRuntime> runtime : runtimes.all().entrySet()) {
      Path state = layout.state(runtime.getValue(), id);
      if (Files.exists(state)) {
        RuntimeLayout.removeTree(state);
      }
    }
    RuntimeLayout.removeTree(bundle);
  }

  /** The supervisor of a killed container notes its end before it goes: it needs its bundle. */
  private static void awaitSupervisor(Path bundle) throws IOException {
    String argument = "--bundle=" + bundle;
    long deadline = System.nanoTime() + SUPERVISOR_MILLIS * 1_000_000;
    while (System.nanoTime() < deadline && supervisorLives(argument)) {
      try {
        Thread.sleep(5);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted while waiting for a supervisor to end", e);
      }
    }
  }

  private static boolean supervisorLives(String argument) {
    return ProcessTable.all().stream()
        .filter(process -> process.name().equals("conmon") && !process.isZombie())
        .anyMatch(process -> ProcessTable.arguments(process.pid()).contains(argument));
  }
}
