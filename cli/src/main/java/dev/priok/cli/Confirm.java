package dev.priok.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Asks before what cannot be undone. */
public final class Confirm {
  private Confirm() {}

  /** Asks unless {@code force}; ends the command when the answer is not yes. */
  public static void orEnd(Session session, boolean force, String warning) throws IOException {
    if (force) {
      return;
    }
    session.out().println(warning);
    session.out().print("Are you sure you want to continue? [y/N] ");
    session.out().flush();
    String answer =
        new BufferedReader(new InputStreamReader(session.stdin(), StandardCharsets.UTF_8))
            .readLine();
    if (answer == null || !answer.strip().toLowerCase(Locale.ROOT).equals("y")) {
      throw new CliException(1, "operation cancelled");
    }
  }
}
