package dev.priok.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A command that picocli fills with options and arguments. */
public abstract class Command {
  /** For commands that take any number of arguments. */
  public static final int ANY = Integer.MAX_VALUE;

  private final int fewest;
  private final int most;

  @Option(names = "--help", usageHelp = true, description = "Show this help.")
  boolean help;

  @Parameters(arity = "0..*", hidden = true)
  private List<String> arguments = new ArrayList<>();

  /** A command that takes between {@code fewest} and {@code most} arguments. */
  protected Command(int fewest, int most) {
    this.fewest = fewest;
    this.most = most;
  }

  /** What stands after the options. */
  protected final List<String> arguments() {
    return arguments;
  }

  /** The argument at that place. */
  protected final String argument(int index) {
    return arguments.get(index);
  }

  /** True where options end with the first argument, as what follows belongs to a program. */
  public boolean optionsFirst() {
    return false;
  }

  /** Runs it and answers the exit code. */
  public abstract int run(Session session) throws Exception;

  /** What is wrong with the number of arguments, or an empty text. */
  final String argumentComplaint() {
    int count = arguments.size();
    if (count >= fewest && count <= most) {
      return "";
    }
    if (most == 0) {
      return "accepts no arguments";
    }
    if (fewest == most) {
      return "requires " + fewest + plural(fewest);
    }
    if (most == ANY) {
      return "requires at least " + fewest + plural(fewest);
    }
    if (fewest == 0) {
      return "requires at most " + most + plural(most);
    }
    return "requires at least " + fewest + " and at most " + most + " arguments";
  }

  private static String plural(int count) {
    return count == 1 ? " argument" : " arguments";
  }
}
