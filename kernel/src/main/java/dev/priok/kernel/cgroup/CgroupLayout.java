package dev.priok.kernel.cgroup;

import dev.priok.kernel.fs.MountInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Where the control groups of this machine are mounted.
 *
 * <pre>{@code
 * CgroupLayout layout = CgroupLayout.detect();   // once, at start
 * Cgroup group = layout.ofProcess(pid);          // note it while the process lives
 * CgroupStats stats = group.stats();
 * }</pre>
 *
 * @param hierarchies version 1: controller (or {@code name=systemd}) to its mount
 * @param unified the mount of version 2, if there is one
 * @param unifiedControllers the controllers that version 2 owns
 */
public record CgroupLayout(
    Map<String, Hierarchy> hierarchies,
    @Nullable Hierarchy unified,
    Set<String> unifiedControllers) {

  /**
   * A mounted hierarchy.
   *
   * @param mountPoint where
   * @param root the group that is visible there as the top
   */
  public record Hierarchy(Path mountPoint, String root) {
    Path directory(String group) {
      String inside =
          root.equals("/")
              ? group
              : group.startsWith(root) ? group.substring(root.length()) : group;
      Path directory = mountPoint.resolve(inside.replaceFirst("^/+", "")).normalize();
      if (!directory.startsWith(mountPoint)) {
        throw new IllegalArgumentException("Not a control group below the top: " + group);
      }
      return directory;
    }
  }

  /** What generations are in use. */
  public enum Generation {
    /** Only version 1. */
    V1,
    /** Version 1, with version 2 beside it. */
    HYBRID,
    /** Only version 2. */
    V2
  }

  /** Finds out. */
  public static CgroupLayout detect() throws IOException {
    return of(MountInfo.read());
  }

  /** The layout that these mounts make. */
  static CgroupLayout of(List<MountInfo> mounts) throws IOException {
    Map<String, Hierarchy> hierarchies = new LinkedHashMap<>();
    Hierarchy unified = null;
    for (MountInfo mount : mounts) {
      Hierarchy here = new Hierarchy(Path.of(mount.target()), mount.root());
      if (mount.type().equals("cgroup2") && unified == null) {
        unified = here;
      } else if (mount.type().equals("cgroup")) {
        for (String option : mount.superOptions()) {
          boolean flag =
              Set.of("rw", "ro", "xattr", "noprefix", "clone_children", "none").contains(option)
                  || option.startsWith("release_agent=");
          if (!flag) {
            hierarchies.putIfAbsent(option, here);
          }
        }
      }
    }
    Set<String> owned = new TreeSet<>();
    if (unified != null) {
      String text = CgroupFiles.text(unified.mountPoint(), "cgroup.controllers").orElse("");
      Arrays.stream(text.strip().split(" ", -1)).filter(s -> !s.isEmpty()).forEach(owned::add);
    }
    return new CgroupLayout(Map.copyOf(hierarchies), unified, Set.copyOf(owned));
  }

  /** The generation. */
  public Generation generation() {
    if (unified == null) {
      return Generation.V1;
    }
    // systemd's own nameless-controller hierarchy alone does not make a machine hybrid
    boolean any = hierarchies.keySet().stream().anyMatch(name -> !name.startsWith("name="));
    return any ? Generation.HYBRID : Generation.V2;
  }

  /** 1 or 2, as Docker shows it: 2 only if version 1 has no controllers. */
  public int version() {
    return generation() == Generation.V2 ? 2 : 1;
  }

  /** All controllers that can be used, of either generation. */
  public Set<String> controllers() {
    Set<String> all = new TreeSet<>(unifiedControllers);
    hierarchies.keySet().stream().filter(name -> !name.startsWith("name=")).forEach(all::add);
    return all;
  }

  /** Whether a controller can be used. */
  public boolean has(String controller) {
    return controllers().contains(controller);
  }

  /** The group of this name, such as {@code /priok/0123}, in every hierarchy where it exists. */
  public Cgroup group(String name) {
    Map<String, Path> directories = new LinkedHashMap<>();
    hierarchies.forEach((controller, h) -> keep(directories, controller, h.directory(name)));
    if (unified != null) {
      keep(directories, Cgroup.UNIFIED, unified.directory(name));
    }
    return new Cgroup(this, directories);
  }

  /** The groups that a process is in now. */
  public Cgroup ofProcess(int pid) throws IOException {
    Map<String, Path> directories = new LinkedHashMap<>();
    Path file = Path.of("/proc", Integer.toString(pid), "cgroup");
    for (String line : Files.readAllLines(file)) {
      // hierarchy-ID:controller-list:path; the list is empty for version 2 (cgroups(7))
      List<String> parts = List.of(line.split(":", 3));
      String group = parts.get(2).replaceFirst(" \\(deleted\\)$", "");
      if (parts.get(1).isEmpty()) {
        if (unified != null) {
          keep(directories, Cgroup.UNIFIED, unified.directory(group));
        }
        continue;
      }
      for (String controller : parts.get(1).split(",", -1)) {
        Hierarchy hierarchy = hierarchies.get(controller);
        if (hierarchy != null) {
          keep(directories, controller, hierarchy.directory(group));
        }
      }
    }
    return new Cgroup(this, directories);
  }

  private static void keep(Map<String, Path> directories, String controller, Path directory) {
    if (Files.isDirectory(directory)) {
      directories.put(controller, directory);
    }
  }
}
