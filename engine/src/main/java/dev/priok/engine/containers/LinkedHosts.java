package dev.priok.engine.containers;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lines of linked containers in a running container's {@code /etc/hosts}; others stay. */
final class LinkedHosts {
  private LinkedHosts() {}

  /**
   * The file with another address for a link.
   *
   * @param alias the first name of its line
   * @param address null takes the line away
   */
  static String changed(String file, String alias, @Nullable String address) {
    List<String> result = new ArrayList<>();
    for (String line : file.split("\n", -1)) {
      String[] words = line.split("\\s+", 3);
      boolean meant = words.length > 1 && words[1].equals(alias) && !words[0].startsWith("#");
      if (!meant) {
        result.add(line);
      } else if (address != null) {
        result.add(address + line.substring(words[0].length()));
      }
    }
    return String.join("\n", result);
  }
}
