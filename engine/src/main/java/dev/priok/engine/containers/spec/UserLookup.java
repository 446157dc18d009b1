package dev.priok.engine.containers.spec;

import dev.priok.model.error.EngineException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Turns {@code user[:group]} into numbers with the container's own {@code /etc/passwd} and {@code
 * /etc/group} (passwd(5), group(5)).
 */
final class UserLookup {
  private static final long MAX_ID = (1L << 31) - 1;

  private final RootFiles files;

  UserLookup(RootFiles files) {
    this.files = files;
  }

  /** Finds the user; {@code groupAdd} are further groups by name or number. */
  SpecUser find(@Nullable String user, List<String> groupAdd) throws IOException {
    String spec = user == null ? "" : user;
    int colon = spec.indexOf(':');
    String userPart = colon < 0 ? spec : spec.substring(0, colon);
    String groupPart = colon < 0 ? "" : spec.substring(colon + 1);
    List<String[]> groups = lines("/etc/group", 3);

    long uid = 0;
    long gid = 0;
    String name = null;
    String home = "/";
    String wanted = userPart;
    String[] entry =
        first(
            lines("/etc/passwd", 4),
            e -> wanted.isEmpty() ? e[2].equals("0") : e[0].equals(wanted) || e[2].equals(wanted));
    if (entry != null) {
      uid = id(entry[2]);
      gid = id(entry[3]);
      name = entry[0];
      home = entry.length > 5 && !entry[5].isEmpty() ? entry[5] : home;
    } else if (!wanted.isEmpty()) {
      if (!numeric(wanted) && !negative(wanted)) {
        throw refused("unable to find user " + wanted + ": no matching entries in passwd file");
      }
      uid = id(wanted);
    }

    List<Long> further = new ArrayList<>();
    if (!groupPart.isEmpty()) {
      gid = group(groups, groupPart);
    } else if (name != null) {
      for (String[] group : groups) {
        if (group.length > 3 && List.of(group[3].split(",", -1)).contains(name)) {
          further.add(id(group[2]));
        }
      }
    }
    for (String add : groupAdd) {
      further.add(added(groups, add));
    }
    // The primary group is among the supplementary ones too, as in Docker since CVE-2022-36109.
    List<Long> all = new ArrayList<>();
    all.add(gid);
    further.stream().filter(g -> !all.contains(g)).forEach(all::add);
    return new SpecUser(uid, gid, all, home);
  }

  /** The home of a user in {@code /etc/passwd}; the root where there is none. */
  String home(long uid) throws IOException {
    String[] entry = first(lines("/etc/passwd", 6), e -> e[2].equals(Long.toString(uid)));
    return entry == null || entry[5].isEmpty() ? "/" : entry[5];
  }

  /** Docker's sentence about an added group begins with a capital. */
  private static long added(List<String[]> groups, String wanted) {
    boolean known = first(groups, e -> e[0].equals(wanted) || e[2].equals(wanted)) != null;
    if (!known && !numeric(wanted) && !negative(wanted)) {
      throw refused("Unable to find group " + wanted + ": no matching entries in group file");
    }
    return group(groups, wanted);
  }

  private static boolean negative(String text) {
    return text.startsWith("-") && numeric(text.substring(1));
  }

  private static long group(List<String[]> groups, String wanted) {
    String[] group = first(groups, e -> e[0].equals(wanted) || e[2].equals(wanted));
    if (group != null) {
      return id(group[2]);
    }
    if (!numeric(wanted) && !negative(wanted)) {
      throw refused("unable to find group " + wanted + ": no matching entries in group file");
    }
    return id(wanted);
  }

  private List<String[]> lines(String path, int fields) throws IOException {
    byte[] bytes = files.read(path);
    List<String[]> result = new ArrayList<>();
    if (bytes != null) {
      for (String line : new String(bytes, StandardCharsets.UTF_8).split("\n", -1)) {
        String[] parts = line.strip().split(":", -1);
        if (parts.length >= fields && numeric(parts[2])) {
          result.add(parts);
        }
      }
    }
    return result;
  }

  private static String @Nullable [] first(List<String[]> entries, Predicate<String[]> matches) {
    for (String[] entry : entries) {
      if (matches.test(entry)) {
        return entry;
      }
    }
    return null;
  }

  private static boolean numeric(String text) {
    return !text.isEmpty() && text.length() < 19 && text.chars().allMatch(Character::isDigit);
  }

  private static long id(String text) {
    long value = numeric(text) ? Long.parseLong(text) : MAX_ID + 1;
    if (value > MAX_ID) {
      throw refused("uids and gids must be in range 0-2147483647");
    }
    return value;
  }

  /** Docker finds this out at start and answers 500. */
  private static EngineException refused(String message) {
    return EngineException.internal(message, null);
  }

  /**
   * Who a process runs as.
   *
   * @param home of the passwd file; {@code /} for who is not in it
   */
  record SpecUser(long uid, long gid, List<Long> groups, String home) {
    SpecUser with(List<Long> further) {
      Set<Long> all = new LinkedHashSet<>(groups);
      all.addAll(further);
      return new SpecUser(uid, gid, List.copyOf(all), home);
    }
  }
}
