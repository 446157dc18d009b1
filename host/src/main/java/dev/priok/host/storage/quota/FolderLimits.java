package dev.priok.host.storage.quota;

import dev.priok.host.archive.RemoveTree;
import dev.priok.host.storage.layer.SizeOption;
import dev.priok.host.storage.zfs.ZfsProjects;
import dev.priok.kernel.call.At;
import dev.priok.kernel.call.Errno;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.call.OpenFlags;
import dev.priok.kernel.fs.ProjectQuota;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Limits of the folders in a place, by project quotas of xfs, ext4 and ZFS. Each folder gets a
 * project number of its own; the number is with the folder, so nothing has to be remembered, and
 * the highest one there is tells the next.
 *
 * <p>Numbers begin far above those that people give in /etc/projects; who wants others gives the
 * place itself a project, and the numbers go on from that one, as with Docker. Safe for use by many
 * threads.
 */
public final class FolderLimits implements SizeLimits {
  private static final int FIRST = 1 << 20;
  private static final int READ = OpenFlags.READ_ONLY | OpenFlags.DIRECTORY | OpenFlags.NO_FOLLOW;

  /** By device: storage and volumes may lie on one file system and must not share numbers. */
  private static final Map<Long, AtomicInteger> LAST = new ConcurrentHashMap<>();

  private final Path place;
  private final List<String> below;
  private boolean scanned;

  /**
   * For the folders in a place.
   *
   * @param below where the project is in such a folder, if not at the folder itself
   */
  public FolderLimits(Path place, String... below) {
    this.place = place;
    this.below = List.of(below);
  }

  @Override
  public boolean areKept() throws IOException {
    try (Fd folder = At.open(place, READ)) {
      return ProjectQuota.isEnforced(folder) || ZfsProjects.holding(place).isPresent();
    }
  }

  /**
   * The options of a container's layer, {@code size} in bytes; refuses others, and limits that
   * cannot be kept.
   */
  public Map<String, String> checked(Map<String, String> options) throws IOException {
    // As with Docker, where no size can be kept none is looked at.
    if (SizeOption.isAmong(options) && !areKept()) {
      throw new IOException(NOT_SUPPORTED);
    }
    long size = SizeOption.asked(options).orElse(0);
    return size > 0 ? Map.of(SizeOption.NAME, Long.toString(size)) : Map.of();
  }

  /** Puts checked options into effect on an empty folder. */
  public void limit(Path folder, Map<String, String> checked) throws IOException {
    for (String size : checked.values()) {
      limit(folder, Long.parseLong(size));
    }
  }

  @Override
  public void limit(Path folder, long bytes) throws IOException {
    try (Fd open = At.open(folder, READ)) {
      int project = next(At.stat(open).device());
      // the limit first: nothing is ever in a project without one
      set(open, project, bytes);
      ProjectQuota.join(open, project);
    }
  }

  private void set(Fd open, int project, long bytes) throws IOException {
    Optional<ZfsProjects> zfs = ZfsProjects.holding(place);
    if (zfs.isPresent()) {
      zfs.get().limit(project, bytes);
    } else {
      ProjectQuota.limit(open, project, bytes);
    }
  }

  @Override
  public void remove(Path folder) throws IOException {
    try (Fd open = At.open(folder, READ);
        Fd around = At.open(place, READ)) {
      OptionalInt project = project(open);
      // The place's own project, which everything in it has inherited, is the user's.
      if (project.orElse(0) > FIRST && !project.equals(project(around))) {
        set(open, project.getAsInt(), 0);
      }
    } catch (LinuxException e) {
      if (!isNoFolder(e)) {
        throw e;
      }
    }
    RemoveTree.at(folder);
  }

  private synchronized int next(long device) throws IOException {
    AtomicInteger last = LAST.computeIfAbsent(device, d -> new AtomicInteger(FIRST));
    if (!scanned) {
      try (Fd own = At.open(place, READ)) {
        see(last, own);
      }
      scan(last, place);
      scanned = true;
    }
    return last.incrementAndGet();
  }

  private void scan(AtomicInteger last, Path where) throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(where)) {
      for (Path entry : entries) {
        see(last, entry);
        for (String inside : below) {
          see(last, entry.resolve(inside));
        }
      }
    }
    Path temporary = where.resolve(".tmp");
    if (Files.isDirectory(temporary)) {
      scan(last, temporary);
    }
  }

  private static void see(AtomicInteger last, Path folder) throws IOException {
    try (Fd open = At.open(folder, READ)) {
      see(last, open);
    } catch (LinuxException e) {
      if (!isNoFolder(e)) {
        throw e;
      }
    }
  }

  /** A file, a link, or gone in between. */
  private static boolean isNoFolder(LinuxException e) {
    return e.is(Errno.ENOTDIR) || e.is(Errno.ENOENT) || e.is(Errno.ELOOP);
  }

  private static void see(AtomicInteger last, Fd folder) throws LinuxException {
    project(folder).ifPresent(project -> last.accumulateAndGet(project, Math::max));
  }

  /** None where the file system has no projects, as another one that is mounted there. */
  private static OptionalInt project(Fd folder) throws LinuxException {
    try {
      return OptionalInt.of(ProjectQuota.project(folder));
    } catch (LinuxException e) {
      if (e.is(Errno.ENOTTY) || e.is(Errno.EOPNOTSUPP)) {
        return OptionalInt.empty();
      }
      throw e;
    }
  }
}
