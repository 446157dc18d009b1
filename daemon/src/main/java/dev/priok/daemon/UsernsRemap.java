package dev.priok.daemon;

import dev.priok.host.archive.IdMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code --userns-remap}: which ids containers get, by subuid(5) and subgid(5), and where the
 * daemon keeps what belongs to them.
 */
final class UsernsRemap {
  /** The user whose ranges {@code default} means. */
  private static final String DEFAULT_USER = "dockremap";

  private final Path passwd;
  private final Path group;
  private final Path subuid;
  private final Path subgid;

  UsernsRemap(Path etc) {
    this.passwd = etc.resolve("passwd");
    this.group = etc.resolve("group");
    this.subuid = etc.resolve("subuid");
    this.subgid = etc.resolve("subgid");
  }

  static IdMap of(@Nullable String option) {
    return new UsernsRemap(Path.of("/etc")).map(option);
  }

  IdMap map(@Nullable String option) {
    if (option == null || option.isEmpty()) {
      return IdMap.NONE;
    }
    String[] parts = option.split(":", 2);
    String user = parts[0].equals("default") ? DEFAULT_USER : name(passwd, parts[0], "user");
    String groupName = parts.length == 1 ? user : name(group, parts[1], "group");
    return new IdMap(ranges(subuid, user), ranges(subgid, groupName));
  }

  /** A name, or the name of a number; the ranges stand under names. */
  private static String name(Path file, String wanted, String what) {
    for (String[] entry : entries(file)) {
      if (entry.length > 2 && (entry[0].equals(wanted) || entry[2].equals(wanted))) {
        return entry[0];
      }
    }
    throw new StartRefusedException(
        "--userns-remap: %s \"%s\" is not in %s".formatted(what, wanted, file));
  }

  /** The ranges of a name one after the other, the ids inside from 0 on. */
  private static List<IdMap.Range> ranges(Path file, String name) {
    List<IdMap.Range> ranges = new ArrayList<>();
    long inside = 0;
    for (String[] entry : entries(file)) {
      if (entry.length == 3
          && entry[0].equals(name)
          && entry[1].matches("[0-9]{1,10}")
          && entry[2].matches("[1-9][0-9]{0,9}")) {
        long length = Long.parseLong(entry[2]);
        ranges.add(new IdMap.Range(inside, Long.parseLong(entry[1]), length));
        inside += length;
      }
    }
    if (ranges.isEmpty()) {
      throw new StartRefusedException(
          "--userns-remap: no subordinate ids for \"%s\" in %s; a line %s:165536:65536 gives some"
              .formatted(name, file, name));
    }
    return ranges;
  }

  private static List<String[]> entries(Path file) {
    try {
      return Files.readAllLines(file).stream().map(l -> l.strip().split(":", -1)).toList();
    } catch (IOException e) {
      throw new StartRefusedException(
          "--userns-remap: cannot read %s: %s".formatted(file, e.getMessage()), e);
    }
  }

  /**
   * The folder that everything of these containers is kept in: {@code <data root>/<uid>.<gid>}, as
   * Docker has it, so that switching the option on and off loses nothing. Root inside may pass
   * through and not look around.
   */
  static Path folder(Path dataRoot, IdMap ids) throws IOException {
    if (ids.isNone()) {
      return dataRoot;
    }
    Path folder = dataRoot.resolve(ids.rootUser() + "." + ids.rootGroup());
    Files.createDirectories(folder);
    Files.setAttribute(folder, "unix:gid", (int) ids.rootGroup());
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x---"));
    Files.setPosixFilePermissions(dataRoot, PosixFilePermissions.fromString("rwx--x--x"));
    return folder;
  }
}
