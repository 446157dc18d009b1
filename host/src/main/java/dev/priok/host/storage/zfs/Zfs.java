package dev.priok.host.storage.zfs;

import dev.priok.host.storage.program.Tool;
import dev.priok.host.storage.program.ToolException;
import dev.priok.kernel.fs.MountInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The file systems below one ZFS file system, by the programs {@code zfs} and {@code zpool}
 * (zfsprops(7), zfs-clone(8)).
 *
 * <p>Every file system that is made here carries the property {@code dev.priok:layer}, so that what
 * a crash left is told from what the user has made beside it.
 */
final class Zfs {
  private static final String MARK = "dev.priok:layer";

  private static final String SNAPSHOT = "priok";

  /** Begins the names of file systems that are to be removed when somebody lets go of them. */
  private static final String ASIDE = "gone-";

  /**
   * Mounted by us and by nobody else; containers may use access control lists, and attributes are
   * kept with the file instead of in a hidden folder each.
   */
  private static final List<String> PROPERTIES =
      List.of("-o", "mountpoint=legacy", "-o", "acltype=posixacl", "-o", "xattr=sa");

  private static final int BUSY_ROUNDS = 40;
  private static final long BUSY_WAIT_MILLIS = 50;

  private final Tool zfs;
  private final String root;
  private final String mark;

  /** File systems that are known to have their snapshot. */
  private final Set<String> snapshots = ConcurrentHashMap.newKeySet();

  private final Queue<String> aside = new ConcurrentLinkedQueue<>();

  /**
   * Uses the file systems below {@code root}.
   *
   * @param mark begins the value of the property by which ours are found again
   */
  Zfs(Tool zfs, String root, String mark) {
    this.zfs = zfs;
    this.root = root;
    this.mark = mark;
  }

  /** The file system that a path is on, as ZFS calls it. */
  static Optional<String> holding(Path path) throws IOException {
    return MountInfo.holding(path.toRealPath())
        .filter(mount -> mount.type().equals("zfs"))
        .map(MountInfo::source);
  }

  String root() {
    return root;
  }

  String dataset(String name) {
    return root + "/" + name;
  }

  private List<String> command(String verb, String name) {
    List<String> arguments = new ArrayList<>(List.of(verb));
    arguments.addAll(PROPERTIES);
    arguments.addAll(List.of("-o", MARK + "=" + mark + name));
    return arguments;
  }

  /** Properties by name, sizes in bytes. */
  Map<String, String> properties(String... names) throws IOException {
    Map<String, String> result = new LinkedHashMap<>();
    String text = zfs.run("get", "-H", "-p", "-o", "property,value", String.join(",", names), root);
    for (String line : text.lines().toList()) {
      String[] fields = line.split("\t", -1);
      result.put(fields[0], fields.length > 1 ? fields[1] : "");
    }
    return result;
  }

  /** Makes an empty file system. */
  void create(String name, long quota) throws IOException {
    destroyAside();
    List<String> arguments = command("create", name);
    limit(arguments, quota);
    arguments.add(dataset(name));
    zfs.run(arguments);
  }

  /**
   * Makes a file system with the content of another one, by way of a snapshot that all copies of it
   * share: a layer that others stand on does not change any more, so the snapshot takes no room. It
   * goes with the layer.
   */
  void copy(String from, String name, long quota) throws IOException {
    destroyAside();
    String snapshot = dataset(from) + "@" + SNAPSHOT;
    if (!snapshots.contains(from)) {
      try {
        zfs.run("snapshot", snapshot);
      } catch (ToolException e) {
        if (!e.said().contains("already exists")) {
          throw e;
        }
      }
      snapshots.add(from);
    }
    List<String> arguments = command("clone", name);
    limit(arguments, quota);
    arguments.addAll(List.of(snapshot, dataset(name)));
    zfs.run(arguments);
  }

  private static void limit(List<String> arguments, long quota) {
    if (quota > 0) {
      arguments.addAll(List.of("-o", "quota=" + quota));
    }
  }

  /**
   * Removes a file system with its snapshots; nothing there is fine. Other mount name spaces may
   * need a moment until they have let go of it. One that stays in use, by an open file of a mount
   * that is gone, is set aside under another name, and goes when something else is made or removed.
   */
  void destroy(String name) throws IOException {
    snapshots.remove(name);
    destroyAside();
    for (int round = 0; ; round++) {
      try {
        zfs.run("destroy", "-r", dataset(name));
        return;
      } catch (ToolException e) {
        if (e.said().contains("does not exist")) {
          return;
        }
        boolean busy = e.said().contains("is busy");
        if (busy && round < BUSY_ROUNDS) {
          pause();
        } else if (!name.startsWith(ASIDE) && (busy || isHeldByOneAside(e))) {
          setAside(name);
          return;
        } else {
          throw e;
        }
      }
    }
  }

  /** A copy that was set aside keeps what it was copied from. */
  private boolean isHeldByOneAside(ToolException e) {
    return !aside.isEmpty() && e.said().contains("dependent clones");
  }

  private void setAside(String name) throws IOException {
    String place = ASIDE + UUID.randomUUID();
    zfs.run("rename", "-u", dataset(name), dataset(place));
    aside.add(place);
  }

  /** Copies were set aside before what they were copied from, and go before it. */
  private void destroyAside() throws IOException {
    List<String> left = new ArrayList<>();
    for (String name = aside.poll(); name != null; name = aside.poll()) {
      try {
        zfs.run("destroy", "-r", dataset(name));
      } catch (ToolException e) {
        if (!e.said().contains("does not exist")) {
          left.add(name);
        }
      }
    }
    aside.addAll(left);
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(BUSY_WAIT_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while a file system was busy", e);
    }
  }

  /** Names of the file systems that were made here. */
  List<String> ours() throws IOException {
    List<String> result = new ArrayList<>();
    String text =
        zfs.run("list", "-H", "-r", "-d", "1", "-t", "filesystem", "-o", "name," + MARK, root);
    for (String line : text.lines().toList()) {
      String[] fields = line.split("\t", 2);
      String name = fields[0].substring(fields[0].lastIndexOf('/') + 1);
      boolean isAside = name.startsWith(ASIDE) && fields[1].startsWith(mark);
      if (isAside || fields[1].equals(mark + name)) {
        result.add(name);
      }
    }
    return result;
  }
}
