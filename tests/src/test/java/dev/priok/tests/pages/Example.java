package dev.priok.tests.pages;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A line of a page that is typed into a shell, and what the page says it prints.
 *
 * <pre>
 *     $ command         indented, in the Markdown of the page
 *     what it prints    ; … stands for anything, on a line of its own for any lines, none included
 * </pre>
 *
 * @param line of the page, from 1
 */
record Example(int line, String command, List<String> printed) {
  private static final String INDENT = "    ";
  private static final String PROMPT = INDENT + "$ ";
  private static final String ANYTHING = "…";

  static List<Example> of(Path page) throws IOException {
    List<Example> all = new ArrayList<>();
    boolean inside = false;
    List<String> lines = Files.readAllLines(page);
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.startsWith(PROMPT)) {
        all.add(new Example(i + 1, line.substring(PROMPT.length()), new ArrayList<>()));
        inside = true;
      } else if (inside && line.startsWith(INDENT)) {
        all.getLast().printed.add(line.substring(INDENT.length()));
      } else {
        inside = false;
      }
    }
    return all;
  }

  /** Starts something that runs on, and that writes to a file that it listens. */
  boolean isServer() {
    return command.endsWith("&");
  }

  /** Where a server writes. */
  String log() {
    return command.replaceFirst(".*>(\\S+) 2>&1 &$", "$1");
  }

  /** How often a server says that it listens, before it is ready. */
  int listeners() {
    return Math.max(1, command.split(" -H ", -1).length - 1);
  }

  /** Whether this is what the page shows; white space at ends of lines is none. */
  boolean isAsShown(List<String> lines) {
    StringBuilder pattern = new StringBuilder();
    for (String shown : printed) {
      if (shown.equals(ANYTHING)) {
        pattern.append("(.*\n)*");
      } else {
        pattern.append(
            Pattern.compile(ANYTHING)
                .splitAsStream(shown)
                .map(Pattern::quote)
                .collect(Collectors.joining(".*", "", shown.endsWith(ANYTHING) ? ".*\n" : "\n")));
      }
    }
    String text = lines.stream().map(l -> l.stripTrailing() + "\n").collect(Collectors.joining());
    return Pattern.matches(pattern.toString(), text);
  }
}
