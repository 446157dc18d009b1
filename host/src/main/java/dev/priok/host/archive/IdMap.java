package dev.priok.host.archive;

import java.util.List;

/**
 * Which ids of the host stand for the ids inside containers (user_namespaces(7), "User and group ID
 * mappings: uid_map and gid_map").
 *
 * @param users ranges of user ids; none: the ids are the same
 * @param groups ranges of group ids
 */
public record IdMap(List<Range> users, List<Range> groups) {
  /** The ids inside are those of the host. */
  public static final IdMap NONE = new IdMap(List.of(), List.of());

  public IdMap {
    users = List.copyOf(users);
    groups = List.copyOf(groups);
  }

  /** {@code length} ids from {@code inside} on are those from {@code outside} on. */
  public record Range(long inside, long outside, long length) {}

  public boolean isNone() {
    return users.isEmpty() && groups.isEmpty();
  }

  /** The host's id of the user root inside. */
  public long rootUser() throws ArchiveException {
    return outside(users, 0);
  }

  /** The host's id of the group root inside. */
  public long rootGroup() throws ArchiveException {
    return outside(groups, 0);
  }

  /** The entry as it lies on the disk; refuses an owner that has no id there. */
  public TarEntry toHost(TarEntry entry) throws ArchiveException {
    return isNone()
        ? entry
        : entry.withOwner(outside(users, entry.uid()), outside(groups, entry.gid()));
  }

  /** The entry as it is inside; owners that no id inside stands for become nobody, as there. */
  public TarEntry toContainer(TarEntry entry) {
    return isNone()
        ? entry
        : entry.withOwner(inside(users, entry.uid()), inside(groups, entry.gid()));
  }

  /** The host's id of a user inside. */
  public long user(long inside) throws ArchiveException {
    return outside(users, inside);
  }

  /** The host's id of a group inside. */
  public long group(long inside) throws ArchiveException {
    return outside(groups, inside);
  }

  private static long outside(List<Range> ranges, long id) throws ArchiveException {
    if (ranges.isEmpty()) {
      return id;
    }
    for (Range range : ranges) {
      if (id >= range.inside() && id - range.inside() < range.length()) {
        return range.outside() + (id - range.inside());
      }
    }
    throw new ArchiveException("Container ID " + id + " cannot be mapped to a host ID");
  }

  /** The kernel's overflow id, proc_sys_kernel(5). */
  private static final long NOBODY = 65534;

  private static long inside(List<Range> ranges, long id) {
    if (ranges.isEmpty()) {
      return id;
    }
    for (Range range : ranges) {
      if (id >= range.outside() && id - range.outside() < range.length()) {
        return range.inside() + (id - range.outside());
      }
    }
    return NOBODY;
  }
}
