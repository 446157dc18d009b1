package dev.priok.cli.certs;

import dev.priok.cli.CliException;
import java.time.Duration;

/** How long a certificate is good for. */
record Validity(Duration length) {
  /** As long as the strictest clients take certificates of servers. */
  static final int USUAL_DAYS = 825;

  private static final int MOST_DAYS = 3650;

  static Validity ofDays(int days) {
    if (days < 1 || days > MOST_DAYS) {
      throw new CliException(
          125, "invalid argument \"%d\" for \"--days\" flag: 1 to %d".formatted(days, MOST_DAYS));
    }
    return new Validity(Duration.ofDays(days));
  }
}
