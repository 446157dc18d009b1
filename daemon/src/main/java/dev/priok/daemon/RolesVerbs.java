package dev.priok.daemon;

import dev.priok.http.access.ExplainVerdict;
import dev.priok.http.access.Roles;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code priok roles check}: what a file of roles means, before a daemon has it. */
final class RolesVerbs {
  private static final String USAGE =
      """
      Usage:  priok roles COMMAND

      Commands:
        check     Explain whether somebody may do something

      priok roles check [OPTIONS] OPERATION: who somebody is, which rule gives him which role, what of it decides.
      OPERATION is a word such as container.create; a wrong one prints them all.

      Options:
            --roles FILE          Default: /etc/priok/roles.json
            --user NAME           A user of this machine
            --certificate NAME    The owner of a certificate with this common name
            --anonymous           Whoever comes over TCP without a certificate

      Exit status: 0 where it is allowed, within the limits shown; 1 where it is refused; 2 where that cannot be told.
      """;

  private static final Set<String> WITH_VALUE = Set.of("--roles", "--user", "--certificate");

  private RolesVerbs() {}

  static int run(List<String> words, PrintStream out, PrintStream err) {
    if (words.isEmpty() || words.contains("--help") || words.contains("-h")) {
      out.print(USAGE);
      return 0;
    }
    try {
      if (!words.getFirst().equals("check")) {
        throw new IllegalArgumentException("unknown command: priok roles " + words.getFirst());
      }
      ExplainVerdict.Explanation found = check(words.subList(1, words.size()));
      found.lines().forEach(out::println);
      return found.allowed() ? 0 : 1;
    } catch (NoSuchFileException e) {
      err.println("there is no file " + e.getMessage() + "; --roles names another one");
    } catch (IllegalArgumentException | IOException e) {
      err.println(e.getMessage());
    }
    err.println("See 'priok roles --help'.");
    return 2;
  }

  private static ExplainVerdict.Explanation check(List<String> words) throws IOException {
    Map<String, String> given = new HashMap<>();
    List<String> operands = new ArrayList<>();
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      int equals = word.indexOf('=');
      String name = equals < 0 ? word : word.substring(0, equals);
      if (WITH_VALUE.contains(name)) {
        if (equals < 0 && i + 1 == words.size()) {
          throw new IllegalArgumentException("flag needs an argument: " + name);
        }
        given.put(name, equals < 0 ? words.get(++i) : word.substring(equals + 1));
      } else if (word.equals("--anonymous")) {
        given.put(word, "");
      } else if (word.startsWith("-")) {
        throw new IllegalArgumentException("unknown flag: " + name);
      } else {
        operands.add(word);
      }
    }
    String file = given.getOrDefault("--roles", "/etc/priok/roles.json");
    given.remove("--roles");
    if (operands.size() != 1 || given.size() != 1) {
      throw new IllegalArgumentException(
          "one operation is needed, and one of --user, --certificate and --anonymous");
    }
    ExplainVerdict explain = new ExplainVerdict(Roles.read(Path.of(file)));
    Map.Entry<String, String> who = given.entrySet().iterator().next();
    return switch (who.getKey()) {
      case "--user" -> explain.user(who.getValue(), operands.getFirst());
      case "--certificate" -> explain.certificate(who.getValue(), operands.getFirst());
      default -> explain.anonymous(operands.getFirst());
    };
  }
}
