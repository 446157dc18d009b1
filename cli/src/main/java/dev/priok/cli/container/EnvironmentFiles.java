package dev.priok.cli.container;

import dev.priok.cli.CliException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Variables from options and files; a name without a value takes ours, or is left out. */
final class EnvironmentFiles {
  private EnvironmentFiles() {}

  /** Files first, so that options win. */
  static List<String> merge(
      List<String> options, List<String> files, Map<String, String> environment)
      throws IOException {
    List<String> all = new ArrayList<>(read(files, environment));
    for (String option : options) {
      int equals = option.indexOf('=');
      if (equals == 0 || option.isEmpty()) {
        throw CliException.badOption(option, "--env", "invalid environment variable: " + option);
      }
      add(option, environment, all);
    }
    return all;
  }

  /** The lines of the files that say something. */
  static List<String> read(List<String> files, Map<String, String> environment) throws IOException {
    List<String> all = new ArrayList<>();
    for (String file : files) {
      for (String line : lines(file)) {
        String text = line.stripLeading();
        if (text.isEmpty() || text.startsWith("#")) {
          continue;
        }
        int equals = text.indexOf('=');
        String name = equals < 0 ? text.strip() : text.substring(0, equals);
        if (name.isEmpty()) {
          throw new CliException(
              125,
              "invalid environment file (" + file + "): no variable name on line '" + text + "'");
        }
        if (name.chars().anyMatch(Character::isWhitespace)) {
          throw new CliException(
              125,
              "invalid environment file ("
                  + file
                  + "): variable '"
                  + name
                  + "' contains whitespaces");
        }
        add(equals < 0 ? name : text, environment, all);
      }
    }
    return all;
  }

  private static List<String> lines(String file) throws IOException {
    try {
      return Files.readAllLines(Path.of(file));
    } catch (NoSuchFileException e) {
      throw new CliException(125, "open " + file + ": no such file or directory");
    }
  }

  private static void add(String text, Map<String, String> environment, List<String> target) {
    if (text.contains("=")) {
      target.add(text);
      return;
    }
    String value = environment.get(text);
    if (value != null) {
      target.add(text + "=" + value);
    }
  }
}
