package dev.priok.cli;

import dev.priok.cli.format.HumanSize;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a prune removed. */
public final class Pruned {
  private Pruned() {}

  /** Prints the removed names under a title, and the space where it is known. */
  public static void print(
      Session session, String title, @Nullable List<String> names, @Nullable Long reclaimed) {
    if (names != null && !names.isEmpty()) {
      session.out().println(title);
      names.forEach(session.out()::println);
      session.out().println();
    }
    if (reclaimed != null) {
      session.out().println("Total reclaimed space: " + HumanSize.of(reclaimed));
    }
  }
}
