package dev.priok.host.runtime;

import dev.priok.kernel.call.Errno;
import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.process.Pidfd;
import dev.priok.model.error.EngineException;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directories of one container's control group: one in the unified hierarchy, or one in each of
 * the older ones (cgroups(7)).
 */
final class CgroupDirectories {
  private static final Logger LOG = LoggerFactory.getLogger(CgroupDirectories.class);
  private static final int REMOVE_ATTEMPTS = 50;
  private static final long REMOVE_PAUSE_MILLIS = 2;
  private static final int KILL = 9;

  private final List<Path> directories = new ArrayList<>();

  /**
   * Makes the view.
   *
   * @param mounts mount points of all hierarchies
   * @param cgroupPath absolute inside them; the root itself is refused
   */
  CgroupDirectories(List<Path> mounts, String cgroupPath) {
    Path inside = Path.of(cgroupPath).normalize();
    if (!inside.isAbsolute() || inside.getNameCount() < 1) {
      throw EngineException.invalid("'%s' is no cgroup path of a container", cgroupPath);
    }
    for (Path mount : mounts) {
      directories.add(mount.resolve(inside.toString().substring(1)));
    }
  }

  /** Mount points of every cgroup hierarchy (proc(5), mountinfo). */
  static List<Path> mounts() throws IOException {
    Set<Path> mounts = new TreeSet<>();
    for (String line : Files.readAllLines(Path.of("/proc/self/mountinfo"))) {
      int dash = line.indexOf(" - ");
      if (dash > 0 && line.startsWith("cgroup", dash + 3)) {
        mounts.add(Path.of(line.split(" ", 6)[4]));
      }
    }
    return List.copyOf(mounts);
  }

  /** Those directories that are there. */
  List<Path> existing() {
    return directories.stream().filter(Files::isDirectory).toList();
  }

  /** Every process in it and below. */
  List<Integer> pids() throws IOException {
    Set<Integer> pids = new TreeSet<>();
    for (Path directory : directories) {
      for (Path group : tree(directory)) {
        addPids(group, pids);
      }
      if (!pids.isEmpty()) {
        break; // each hierarchy has all of them
      }
    }
    pids.remove(0); // a process outside our pid namespace
    return List.copyOf(pids);
  }

  /** Kills every process in it; those that fork meanwhile are found by the next look. */
  void killAll() throws IOException {
    for (int attempt = 0; attempt < REMOVE_ATTEMPTS; attempt++) {
      List<Integer> found = pids();
      if (found.isEmpty()) {
        return;
      }
      for (int pid : found) {
        kill(pid);
      }
      pause();
    }
  }

  /** Lets frozen processes go on; harmless where none is frozen. */
  void thaw() throws IOException {
    for (Path directory : directories) {
      Path v1 = directory.resolve("freezer.state");
      Path v2 = directory.resolve("cgroup.freeze");
      if (Files.exists(v1)) {
        Files.writeString(v1, "THAWED");
      } else if (Files.exists(v2)) {
        Files.writeString(v2, "0");
      }
    }
  }

  /** Times the kernel killed something in it for want of memory. */
  long oomKills() throws IOException {
    for (Path directory : directories) {
      for (String file : List.of("memory.events", "memory.oom_control")) {
        Path events = directory.resolve(file);
        if (Files.exists(events)) {
          for (String line : Files.readAllLines(events)) {
            if (line.startsWith("oom_kill ")) {
              return Long.parseLong(line.substring("oom_kill ".length()).strip());
            }
          }
        }
      }
    }
    return 0;
  }

  /**
   * Removes what holds neither processes nor groups, as after an ordinary end, where one rmdir(2) a
   * hierarchy is all there is to do: the kernel refuses it where anything is inside.
   *
   * @return whether nothing is left
   */
  boolean removeIfEmpty() {
    boolean all = true;
    for (Path directory : directories) {
      try {
        Files.deleteIfExists(directory);
      } catch (IOException e) {
        all = false; // EBUSY: processes or groups inside
      }
    }
    return all;
  }

  /** Removes the directories; false where processes stay in them. */
  boolean remove() throws IOException {
    boolean all = true;
    for (Path directory : directories) {
      all &= remove(directory);
    }
    return all;
  }

  /** Removes one directory in each hierarchy; a group with anything in it stays (EBUSY). */
  static void removeEmpty(List<Path> mounts, String cgroupPath) {
    for (Path mount : mounts) {
      Path directory = mount.resolve(cgroupPath.substring(1));
      try {
        Files.deleteIfExists(directory);
      } catch (IOException e) {
        LOG.debug("cgroup {} stays: {}", directory, e.getMessage());
      }
    }
  }

  private static boolean remove(Path directory) throws IOException {
    for (int attempt = 0; attempt < REMOVE_ATTEMPTS; attempt++) {
      boolean busy = false;
      List<Path> groups = tree(directory);
      for (Path group : groups.reversed()) {
        try {
          Files.deleteIfExists(group);
        } catch (DirectoryNotEmptyException e) {
          busy = true;
        } catch (FileSystemException e) {
          busy = true; // EBUSY: the last process is not quite gone
        }
      }
      if (!busy) {
        return true;
      }
      pause();
    }
    return false;
  }

  /** The directory and those below, parents first. */
  private static List<Path> tree(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    List<Path> groups = new ArrayList<>();
    groups.add(directory);
    for (int i = 0; i < groups.size(); i++) {
      groups.addAll(children(groups.get(i)));
    }
    return groups;
  }

  private static List<Path> children(Path group) throws IOException {
    try (Stream<Path> entries = Files.list(group)) {
      return entries.filter(Files::isDirectory).sorted(Comparator.naturalOrder()).toList();
    } catch (NoSuchFileException e) {
      return List.of(); // removed meanwhile
    }
  }

  private static void addPids(Path group, Set<Integer> pids) throws IOException {
    try {
      for (String line : Files.readAllLines(group.resolve("cgroup.procs"))) {
        pids.add(Integer.valueOf(line.strip()));
      }
    } catch (NoSuchFileException e) {
      return; // removed meanwhile
    }
  }

  private void kill(int pid) throws IOException {
    try (Pidfd process = Pidfd.open(pid)) {
      // Held first, then looked at again: a number that was given anew is not in this group.
      if (pids().contains(pid) && !process.signal(KILL)) {
        pause(); // ended by itself, and is being reaped
      }
    } catch (LinuxException e) {
      if (!e.is(Errno.ESRCH)) {
        throw e;
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(REMOVE_PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
