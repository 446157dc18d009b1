package dev.priok.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/**
 * How a package's upgrade restarts the daemon without stopping a container: it leaves a file in the
 * exec root, and the daemon that is stopped then behaves as with {@code --live-restore}, once.
 *
 * <p>An option could not do this: the daemon that is to be replaced was started without it. The
 * next daemon removes the mark; one that nobody used in time means nothing, so that a failed
 * upgrade does not let containers run on at some later stop.
 */
final class UpgradeMark {
  private static final String NAME = "leave-containers";
  private static final Duration VALID = Duration.ofMinutes(10);

  private final Path file;

  UpgradeMark(Path execRoot) {
    this.file = execRoot.resolve(NAME);
  }

  boolean isSet() {
    try {
      return Files.getLastModifiedTime(file).toInstant().isAfter(Instant.now().minus(VALID));
    } catch (IOException e) {
      // Not there, as a rule.
      return false;
    }
  }

  void remove() throws IOException {
    Files.deleteIfExists(file);
  }
}
