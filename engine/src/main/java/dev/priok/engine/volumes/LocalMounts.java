package dev.priok.engine.volumes;

import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.fs.MountFlags;
import dev.priok.kernel.fs.MountInfo;
import dev.priok.kernel.fs.Mounts;
import dev.priok.model.error.EngineException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Mounts of volumes whose options name a device: made at the first use, gone with the last. Users
 * are counted by container, so that a daemon that restarts may report the same user again.
 */
final class LocalMounts {
  private static final Map<String, Long> FLAGS =
      Map.ofEntries(
          Map.entry("ro", MountFlags.READ_ONLY),
          Map.entry("nosuid", MountFlags.NO_SUID),
          Map.entry("nodev", MountFlags.NO_DEV),
          Map.entry("noexec", MountFlags.NO_EXEC),
          Map.entry("sync", MountFlags.SYNCHRONOUS),
          Map.entry("dirsync", MountFlags.DIR_SYNC),
          Map.entry("noatime", MountFlags.NO_ATIME),
          Map.entry("nodiratime", MountFlags.NO_DIR_ATIME),
          Map.entry("relatime", MountFlags.REL_ATIME),
          Map.entry("strictatime", MountFlags.STRICT_ATIME),
          Map.entry("bind", MountFlags.BIND),
          Map.entry("rbind", MountFlags.BIND | MountFlags.RECURSIVE));

  /** Options that name a default and so set nothing. */
  private static final Set<String> DEFAULTS =
      Set.of("defaults", "rw", "suid", "dev", "exec", "async", "atime", "diratime");

  private final Map<String, Set<String>> users = new HashMap<>();

  /** Whether the options ask for a mount at all. */
  static boolean needed(VolumeRecord volume) {
    return !volume.options().getOrDefault("device", "").isEmpty()
        || !volume.options().getOrDefault("type", "").isEmpty();
  }

  synchronized void acquire(VolumeRecord volume, Path data, String container) {
    if (!needed(volume)) {
      return;
    }
    try {
      if (MountInfo.at(data).isEmpty()) {
        mount(volume.options(), data);
      }
    } catch (IOException e) {
      throw EngineException.internal(
          "error while mounting volume '%s': failed to mount local volume: %s"
              .formatted(data, hidePassword(String.valueOf(e.getMessage()), volume)),
          e);
    }
    users.computeIfAbsent(volume.name(), n -> new HashSet<>()).add(container);
  }

  /** A user of before this daemon's start: its mount is there, or its run has ended meanwhile. */
  synchronized void claim(VolumeRecord volume, String container) {
    if (needed(volume)) {
      users.computeIfAbsent(volume.name(), n -> new HashSet<>()).add(container);
    }
  }

  /** Takes a mount away that a daemon left which died before its user's record was written. */
  synchronized void unmountUnused(VolumeRecord volume, Path data) {
    if (needed(volume) && !users.containsKey(volume.name())) {
      unmount(data);
    }
  }

  synchronized void release(VolumeRecord volume, Path data, String container) {
    Set<String> those = users.get(volume.name());
    if (those != null) {
      those.remove(container);
      if (!those.isEmpty()) {
        return;
      }
      users.remove(volume.name());
    }
    if (needed(volume)) {
      unmount(data);
    }
  }

  /** Takes the mount away whoever used it; nothing mounted is fine. */
  synchronized void unmount(Path data) {
    try {
      while (Mounts.unmountIfMounted(data)) {}
    } catch (LinuxException e) {
      throw EngineException.internal("error unmounting volume: " + e.getMessage(), e);
    }
  }

  private static void mount(Map<String, String> options, Path data) throws IOException {
    String device = options.getOrDefault("device", "");
    if (device.isEmpty()) {
      throw new IOException("missing device in volume options");
    }
    String type = options.getOrDefault("type", "");
    long flags = 0;
    List<String> rest = new ArrayList<>();
    for (String option : options.getOrDefault("o", "").split(",", -1)) {
      Long flag = FLAGS.get(option);
      if (flag != null) {
        flags |= flag;
      } else if (!option.isEmpty() && !DEFAULTS.contains(option)) {
        rest.add(resolved(type, option));
      }
    }
    if (type.equals("bind") || (flags & MountFlags.BIND) != 0) {
      long recursive = flags & MountFlags.RECURSIVE;
      Mounts.bind(Path.of(device), data, (flags & ~MountFlags.BIND) | recursive);
      return;
    }
    Mounts.mount(device, data, type, flags, rest.isEmpty() ? null : String.join(",", rest));
  }

  /** The kernel's nfs and cifs know no names; mount(8) resolves them, and so do we. */
  private static String resolved(String type, String option) throws UnknownHostException {
    boolean network = type.equals("nfs") || type.equals("nfs4") || type.equals("cifs");
    if (!network || !option.startsWith("addr=")) {
      return option;
    }
    return "addr=" + InetAddress.getByName(option.substring(5)).getHostAddress();
  }

  private static String hidePassword(String message, VolumeRecord volume) {
    for (String option : volume.options().getOrDefault("o", "").split(",", -1)) {
      if (option.startsWith("password=") && option.length() > 9) {
        return message.replace(option, "password=********");
      }
    }
    return message;
  }
}
