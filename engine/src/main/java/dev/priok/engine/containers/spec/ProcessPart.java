package dev.priok.engine.containers.spec;

import dev.priok.engine.containers.spec.UserLookup.SpecUser;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The {@code process} object, for a container's first process and for an exec. */
final class ProcessPart {
  static final String DEFAULT_PATH =
      "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  private ProcessPart() {}

  /**
   * Later entries replace earlier ones of the same name; one without a value takes the name away,
   * as in Docker.
   */
  static List<String> environment(List<String> base, List<List<String>> overrides) {
    Map<String, String> byName = new LinkedHashMap<>();
    base.forEach(entry -> byName.put(name(entry), entry));
    for (List<String> entries : overrides) {
      for (String entry : entries) {
        if (entry.indexOf('=') < 0) {
          byName.remove(entry);
        } else {
          byName.put(name(entry), entry);
        }
      }
    }
    return List.copyOf(byName.values());
  }

  static void write(
      SpecWriter out,
      Settings settings,
      SpecUser user,
      Collection<String> capabilities,
      @Nullable List<Limit> limits) {
    out.bool("terminal", settings.terminal());
    List<Integer> console = settings.consoleSize();
    if (settings.terminal() && console != null && console.size() == 2) {
      long height = console.get(0);
      long width = console.get(1);
      if (height > 0 && width > 0) {
        out.object(
            "consoleSize",
            () -> {
              out.number("height", height);
              out.number("width", width);
            });
      }
    }
    out.object(
        "user",
        () -> {
          out.number("uid", user.uid());
          out.number("gid", user.gid());
          out.array("additionalGids", () -> user.groups().forEach(out::numberElement));
        });
    out.strings("args", settings.arguments());
    out.strings("env", withHome(settings.environment(), user.home()));
    out.string("cwd", settings.directory());
    out.object(
        "capabilities",
        () -> {
          // Inheritable and ambient stay empty since CVE-2022-24769.
          out.strings("bounding", capabilities);
          out.strings("effective", capabilities);
          out.strings("permitted", capabilities);
        });
    if (limits != null && !limits.isEmpty()) {
      out.array(
          "rlimits",
          () -> {
            for (Limit limit : limits) {
              out.element(() -> {
                out.string("type", limit.type());
                // Unsigned 64 bits: -1, "unlimited", is their largest value.
                out.raw("hard", Long.toUnsignedString(limit.hard()));
                out.raw("soft", Long.toUnsignedString(limit.soft()));
              });
            }
          });
    }
    out.bool("noNewPrivileges", settings.noNewPrivileges());
    out.string("apparmorProfile", settings.apparmorProfile());
    if (settings.oomScore() != null) {
      out.number("oomScoreAdj", settings.oomScore());
    }
  }

  /**
   * HOME where nobody gave one. runc adds it by itself; crun 1.8 does so only for a user who is in
   * the passwd file, and leaves it empty for others.
   */
  private static List<String> withHome(List<String> environment, String home) {
    if (environment.stream()
        .anyMatch(e -> e.startsWith("HOME=") && e.length() > "HOME=".length())) {
      return environment;
    }
    List<String> all = new ArrayList<>(environment);
    all.remove("HOME=");
    all.add("HOME=" + home);
    return all;
  }

  /** What does not need looking up. */
  record Settings(
      List<String> arguments,
      List<String> environment,
      String directory,
      boolean terminal,
      @Nullable List<Integer> consoleSize,
      boolean noNewPrivileges,
      @Nullable String apparmorProfile,
      @Nullable Long oomScore) {}

  /** A resource limit; type as {@code RLIMIT_NOFILE}. */
  record Limit(String type, Long soft, Long hard) {}

  private static String name(String entry) {
    int equals = entry.indexOf('=', 1);
    return equals < 0 ? entry : entry.substring(0, equals);
  }
}
