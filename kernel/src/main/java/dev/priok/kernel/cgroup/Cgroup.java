package dev.priok.kernel.cgroup;

import dev.priok.kernel.call.Errno;
import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.process.Pidfd;
import dev.priok.kernel.process.Signals;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A control group: one directory with version 2, one in each hierarchy with version 1. Get one from
 * {@link CgroupLayout}. The top groups of a machine can be read but not killed, frozen or removed.
 */
public final class Cgroup {
  static final String UNIFIED = "";

  private final CgroupLayout layout;
  private final Map<String, Path> directories;

  Cgroup(CgroupLayout layout, Map<String, Path> directories) {
    this.layout = layout;
    this.directories = Map.copyOf(directories);
  }

  /** Whether it exists anywhere. */
  public boolean exists() {
    return directories.values().stream().anyMatch(java.nio.file.Files::isDirectory);
  }

  /** The directory of a controller, of either generation. */
  public Optional<Path> directory(String controller) {
    Path v1 = directories.get(controller);
    if (v1 != null) {
      return Optional.of(v1);
    }
    return layout.unifiedControllers().contains(controller)
        ? Optional.ofNullable(unified())
        : Optional.empty();
  }

  /** All its directories. */
  public Set<Path> allDirectories() {
    return new LinkedHashSet<>(directories.values());
  }

  /** What it used. */
  public CgroupStats stats() throws IOException {
    return new StatsReader(this).read();
  }

  /** Its processor time alone: much cheaper than {@link #stats}. */
  public CgroupStats.Cpu processorTime() throws IOException {
    return new StatsReader(this).cpu();
  }

  /** Nanoseconds of processor time, of the groups below as well: one small file. */
  public long usedNanos() throws IOException {
    return new StatsReader(this).usedNanos();
  }

  /** 1 or 2: the generation whose files tell about this controller. */
  public int version(String controller) {
    return directoryV1(controller) != null ? 1 : 2;
  }

  /** The text of a file, such as {@code memory.limit_in_bytes} of {@code memory}. */
  public Optional<String> read(String controller, String file) throws IOException {
    return CgroupFiles.text(directory(controller).orElse(null), file);
  }

  /**
   * Writes a file.
   *
   * @throws IOException if there is no such controller or file, or the kernel refuses the value
   */
  public void write(String controller, String file, String value) throws IOException {
    Path directory =
        directory(controller)
            .orElseThrow(() -> new IOException("No control group of the controller " + controller));
    CgroupFiles.write(directory, file, value);
  }

  /** The processes in it and in the groups below. */
  public Set<Integer> processes() throws IOException {
    Set<Integer> found = new TreeSet<>();
    for (Path directory : allDirectories()) {
      if (!isTop(directory)) {
        CgroupTree.processes(directory, found);
      }
    }
    return found;
  }

  /**
   * Stops all processes where they are. Returns when all have stopped.
   *
   * @throws IOException if there is no freezer, or it did not freeze in time
   */
  public void freeze(Duration patience) throws IOException {
    freezer().set(true, patience);
  }

  /** Lets them go on. */
  public void thaw(Duration patience) throws IOException {
    freezer().set(false, patience);
  }

  /** Whether they are stopped. */
  public boolean isFrozen() throws IOException {
    return hasFreezer() && freezer().isFrozen();
  }

  /**
   * Kills all processes, those below included. A frozen group is thawed to let them die.
   *
   * @throws IOException if some are still there after the patience ended
   */
  public void kill(Duration patience) throws IOException {
    Path unified = unified();
    if (unified != null && !isTop(unified)) {
      Path all = unified.resolve("cgroup.kill"); // since Linux 5.14; takes forking groups at once
      if (java.nio.file.Files.exists(all)) {
        CgroupFiles.write(unified, "cgroup.kill", "1");
      }
    }
    // Rounds, because a process may fork while we look; each round also hits the new ones.
    long end = System.nanoTime() + patience.toNanos();
    while (true) {
      Set<Integer> left = processes();
      if (left.isEmpty()) {
        return;
      }
      for (int pid : left) {
        killOne(pid);
      }
      if (hasFreezer() && !freezer().isThawed()) {
        thaw(patience);
      }
      if (System.nanoTime() > end) {
        throw new IOException("Processes " + left + " of a control group do not die");
      }
      CgroupTree.pause();
    }
  }

  /**
   * Removes the directories, those below first. Groups of which a process is just going away are
   * busy for a moment, so it tries again until the patience ends.
   */
  public void remove(Duration patience) throws IOException {
    for (Path directory : allDirectories()) {
      if (!isTop(directory)) {
        CgroupTree.remove(directory, patience);
      }
    }
  }

  @Nullable Path directoryV1(String controller) {
    return directories.get(controller);
  }

  @Nullable Path unified() {
    return directories.get(UNIFIED);
  }

  private boolean hasFreezer() {
    Path v1 = directories.get("freezer");
    Path v2 = unified();
    return (v1 != null && !isTop(v1)) || (v1 == null && v2 != null && !isTop(v2));
  }

  private Freezer freezer() throws IOException {
    Path v1 = directories.get("freezer");
    if (v1 != null && !isTop(v1)) {
      return new Freezer(v1, true);
    }
    Path v2 = unified();
    if (v1 == null && v2 != null && !isTop(v2)) {
      return new Freezer(v2, false);
    }
    throw new IOException("This control group cannot be frozen: it is no group of its own");
  }

  private boolean isTop(Path directory) {
    CgroupLayout.Hierarchy unified = layout.unified();
    return (unified != null && unified.mountPoint().equals(directory))
        || layout.hierarchies().values().stream().anyMatch(h -> h.mountPoint().equals(directory));
  }

  private static void killOne(int pid) throws LinuxException {
    try (Pidfd held = Pidfd.open(pid)) {
      held.signal(Signals.KILL);
    } catch (LinuxException failure) {
      // EINVAL, ENOENT (newer kernels): not the leader of its process any more; it ends with the
      // others.
      if (!failure.is(Errno.ESRCH) && !failure.is(Errno.EINVAL) && !failure.is(Errno.ENOENT)) {
        throw failure;
      }
    }
  }

  /** The names of the controllers it has directories for. */
  public List<String> controllers() {
    return directories.keySet().stream().filter(name -> !name.isEmpty()).sorted().toList();
  }
}
