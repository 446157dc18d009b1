package dev.priok.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Parses the arguments of one command and runs it; complaints have docker's shape. */
final class CommandRunner {
  private final String name;
  private final Command command;
  private final CommandLine line;

  /** Runs {@code command}, which the user calls {@code name}. */
  CommandRunner(String name, Command command) {
    this.name = name;
    this.command = command;
    this.line = new CommandLine(command);
    line.setStopAtPositional(command.optionsFirst());
    line.setOverwrittenOptionsAllowed(true);
    line.setExpandAtFiles(false);
    CommandSpec spec = line.getCommandSpec();
    spec.usageMessage()
        .synopsisHeading("Usage:  ")
        .descriptionHeading("%n")
        .optionListHeading("%nOptions:%n")
        .sortOptions(true)
        .width(100);
  }

  int run(List<String> arguments, Session session) throws Exception {
    try {
      line.parseArgs(normalize(arguments).toArray(new String[0]));
    } catch (CommandLine.UnmatchedArgumentException e) {
      throw usage(unknown(e.getUnmatched()));
    } catch (CommandLine.MissingParameterException e) {
      throw usage("flag needs an argument: " + arguments.getLast());
    } catch (CommandLine.ParameterException e) {
      String reason = e.getMessage();
      throw usage(reason == null ? "invalid arguments" : reason);
    }
    if (line.isUsageHelpRequested()) {
      session.out().print(line.getUsageMessage(CommandLine.Help.Ansi.OFF));
      session.out().flush();
      return 0;
    }
    String complaint = command.argumentComplaint();
    if (!complaint.isEmpty()) {
      throw new CliException(
          1,
          "priok: 'priok "
              + name
              + "' "
              + complaint
              + "\n\n"
              + synopsis()
              + "\n\nSee 'priok "
              + name
              + " --help' for more information");
    }
    return command.run(session);
  }

  /**
   * Docker's flags take {@code --rm=true} and {@code --rm=false} for switches; picocli knows a
   * switch only by its presence.
   */
  private List<String> normalize(List<String> arguments) {
    List<String> result = new ArrayList<>(arguments.size());
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      if (argument.equals("--") || (command.optionsFirst() && isOperand(arguments, i))) {
        result.addAll(arguments.subList(i, arguments.size()));
        return result;
      }
      int equals = argument.indexOf('=');
      OptionSpec option =
          argument.startsWith("-") && equals > 0
              ? line.getCommandSpec().findOption(argument.substring(0, equals))
              : null;
      if (option == null || option.arity().max() > 0) {
        result.add(argument);
      } else {
        switch (argument.substring(equals + 1)) {
          case "true", "1", "t", "T", "TRUE", "True" -> result.add(argument.substring(0, equals));
          case "false", "0", "f", "F", "FALSE", "False" -> {
            if (option.negatable()) {
              result.add("--no-" + argument.substring(2, equals));
            }
          }
          default ->
              throw usage(
                  "invalid argument \""
                      + argument.substring(equals + 1)
                      + "\" for \""
                      + argument.substring(0, equals)
                      + "\" flag: expected true or false");
        }
      }
    }
    return result;
  }

  /** Whether the argument is no option and no option's value. */
  private boolean isOperand(List<String> arguments, int index) {
    if (arguments.get(index).startsWith("-") && arguments.get(index).length() > 1) {
      return false;
    }
    return index == 0 || !takesNext(arguments.get(index - 1));
  }

  private boolean takesNext(String previous) {
    if (!previous.startsWith("-") || previous.contains("=") || previous.equals("-")) {
      return false;
    }
    if (previous.startsWith("--")) {
      return takesValue(previous);
    }
    for (int i = 1; i < previous.length(); i++) {
      if (takesValue("-" + previous.charAt(i))) {
        // What stands behind it in the same word is its value; nothing behind it: the next word.
        return i == previous.length() - 1;
      }
    }
    return false;
  }

  private boolean takesValue(String option) {
    OptionSpec spec = line.getCommandSpec().findOption(option);
    return spec != null && spec.arity().max() > 0;
  }

  private String unknown(List<String> unmatched) {
    String first = unmatched.isEmpty() ? "" : unmatched.getFirst();
    if (first.startsWith("--") || first.length() < 2) {
      int equals = first.indexOf('=');
      return "unknown flag: " + (equals > 0 ? first.substring(0, equals) : first);
    }
    return "unknown shorthand flag: '" + first.charAt(1) + "' in " + first;
  }

  private CliException usage(String complaint) {
    return new CliException(
        125,
        complaint
            + "\n\n"
            + synopsis()
            + "\n\nRun 'priok "
            + name
            + " --help' for more information");
  }

  private String synopsis() {
    String[] synopsis = line.getCommandSpec().usageMessage().customSynopsis();
    return "Usage:  " + String.join("\n", synopsis);
  }
}
