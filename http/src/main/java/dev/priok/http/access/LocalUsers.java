package dev.priok.http.access;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Names and groups of this machine's users, as id(1) tells them: users may come from a directory
 * service, which files do not show. Asked once in a while, not for each call.
 */
final class LocalUsers {
  private static final long KEPT_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final Map<Integer, Known> known = new ConcurrentHashMap<>();

  private record Known(Caller.Local caller, long until) {}

  Caller.Local of(int uid) {
    if (uid == 0) {
      return new Caller.Local(0, "root", Set.of());
    }
    Known found = known.get(uid);
    if (found == null || System.nanoTime() - found.until() > 0) {
      found = new Known(ask(uid), System.nanoTime() + KEPT_NANOS);
      known.put(uid, found);
    }
    return found.caller();
  }

  /**
   * The user of that name.
   *
   * @throws IllegalArgumentException where the machine does not know him
   */
  static Caller.Local named(String name) {
    String uid = name.startsWith("-") ? "" : id("-u", name);
    if (uid.isEmpty()) {
      throw new IllegalArgumentException("this machine has no user " + name);
    }
    return uid.equals("0")
        ? new Caller.Local(0, "root", Set.of())
        : new Caller.Local(Integer.parseInt(uid), name, Set.of(id("-Gn", name).split(" ")));
  }

  private static Caller.Local ask(int uid) {
    String name = id("-un", "+" + uid);
    // Somebody whom the machine does not know has no groups either.
    return name.isEmpty()
        ? new Caller.Local(uid, "uid " + uid, Set.of())
        : new Caller.Local(uid, name, Set.of(id("-Gn", "+" + uid).split(" ")));
  }

  private static String id(String what, String user) {
    try {
      Process process =
          new ProcessBuilder("id", what, user)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String text =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      return process.waitFor() == 0 ? text : "";
    } catch (IOException e) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }
}
