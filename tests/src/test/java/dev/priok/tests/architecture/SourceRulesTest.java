package dev.priok.tests.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.tests.support.DaemonUnderTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Habits of the sources that no compiler looks after. */
final class SourceRulesTest {
  private static final int LONGEST = 500;
  // Spelled so that this file does not find itself.
  private static final Pattern UNFINISHED =
      Pattern.compile("\\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b");

  private static List<Path> sources() throws IOException {
    try (Stream<Path> files = Files.walk(DaemonUnderTest.root())) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .filter(file -> file.toString().contains("/src/"))
          .filter(file -> !file.toString().contains("/target/"))
          .toList();
    }
  }

  @Test
  void noFileIsTooLongToBeOneThing() throws IOException {
    for (Path source : sources()) {
      try (Stream<String> lines = Files.lines(source)) {
        assertThat(lines.count()).as("lines of %s", source).isLessThanOrEqualTo(LONGEST);
      }
    }
  }

  @Test
  void nothingIsMarkedUnfinished() throws IOException {
    for (Path source : sources()) {
      assertThat(UNFINISHED.matcher(Files.readString(source)).find()).as("%s", source).isFalse();
    }
  }

  @Test
  void everyPackageOfTheProductSaysWhatItIs() throws IOException {
    for (Path source : sources()) {
      if (source.toString().contains("/src/main/")) {
        assertThat(source.resolveSibling("package-info.java")).as("beside %s", source).exists();
      }
    }
  }
}
