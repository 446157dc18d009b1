package dev.priok.tests.support;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Duration;
import java.util.Map;

/** The docker command that the tests drive: whichever this machine has. */
public final class DockerCommand {
  private DockerCommand() {}

  /** Skips a test of what an older docker command does not know, or leaves out of its requests. */
  public static void assumeAtLeast(int major) {
    String version = // Docker version 28.3.0, build ...
        new Shell(Map.of(), Duration.ofSeconds(30)).run("docker", "--version").ok().text();
    int here = Integer.parseInt(version.replaceFirst("^\\D*(\\d+).*", "$1"));
    assumeTrue(here >= major, () -> "needs docker " + major + ", here is: " + version);
  }
}
