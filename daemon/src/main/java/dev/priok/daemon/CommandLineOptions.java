package dev.priok.daemon;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The command line of {@code priokd}, after the table of {@link Setting settings}. */
final class CommandLineOptions {
  private final Map<Setting, List<String>> given;

  private CommandLineOptions(Map<Setting, List<String>> given) {
    this.given = given;
  }

  /** What was given for a setting, in order; empty where nothing was. */
  List<String> given(Setting setting) {
    return given.getOrDefault(setting, List.of());
  }

  /** For options of the command line alone. */
  boolean asked(Setting flag) {
    List<String> values = given(flag);
    return !values.isEmpty() && values.getLast().equals("true");
  }

  /** Null where the command line makes no sense; the reason is printed then. */
  static @Nullable CommandLineOptions parse(String[] arguments, PrintStream err) {
    CommandLine command = command();
    try {
      CommandLine.ParseResult parsed = command.parseArgs(arguments);
      Map<Setting, List<String>> given = new EnumMap<>(Setting.class);
      for (Setting setting : Setting.values()) {
        if (!setting.row().names().isEmpty()) {
          List<String> values = parsed.matchedOptionValue(setting.row().name(), List.<String>of());
          values.forEach(v -> check(setting, v));
          if (!values.isEmpty()) {
            given.put(setting, List.copyOf(values));
          }
        }
      }
      return new CommandLineOptions(given);
    } catch (CommandLine.UnmatchedArgumentException e) {
      String first = e.getUnmatched().getFirst();
      if (first.startsWith("-")) {
        String name = first.contains("=") ? first.substring(0, first.indexOf('=')) : first;
        err.println("unknown flag: " + name);
        String near = Nearest.of(name, names());
        if (near != null) {
          err.println("Did you mean " + near + "?");
        }
      } else {
        err.println("unexpected argument: " + first + ". priokd takes options only");
      }
    } catch (CommandLine.ParameterException | StartRefusedException e) {
      err.println(e.getMessage());
    }
    err.println("See 'priokd --help'.");
    return null;
  }

  private static void check(Setting setting, String value) {
    boolean right =
        switch (setting.row().kind()) {
          case FLAG -> value.equals("true") || value.equals("false");
          case NUMBER -> value.matches("-?\\d{1,9}");
          case MAP, RUNTIMES -> value.indexOf('=') > 0;
          case SWITCHES -> value.matches("[^=]+(=(true|false))?");
          case TEXT, LIST, ULIMITS, POOLS -> true;
        };
    if (!right) {
      String wanted =
          switch (setting.row().kind()) {
            case MAP, RUNTIMES -> "key=value is needed";
            case SWITCHES -> "name=true or name=false is needed";
            default -> setting.row().kind().inWords() + " is needed";
          };
      throw new StartRefusedException(
          "invalid argument \"%s\" for \"%s\" flag: %s"
              .formatted(value, setting.row().name(), wanted));
    }
  }

  static void printHelp(PrintStream out) {
    command().usage(out);
  }

  private static CommandLine command() {
    CommandSpec spec = CommandSpec.create().name("priokd");
    spec.usageMessage()
        .customSynopsis("priokd [OPTIONS]")
        .description("A container engine for Linux that speaks the Docker Engine API.")
        .descriptionHeading("%n")
        .optionListHeading("%nOptions:%n")
        .sortOptions(true);
    for (Setting setting : Setting.values()) {
      if (!setting.row().names().isEmpty()) {
        spec.addOption(option(setting.row()));
      }
    }
    CommandLine command = new CommandLine(spec);
    command.setOverwrittenOptionsAllowed(true);
    return command;
  }

  private static OptionSpec option(Row row) {
    String initial = row.initial();
    boolean plain = initial.isEmpty() || initial.equals("false") || initial.equals("0");
    String help = plain ? row.help() : row.help() + " (default " + initial + ")";
    OptionSpec.Builder option =
        OptionSpec.builder(row.names().toArray(String[]::new))
            .type(List.class)
            .auxiliaryTypes(String.class)
            .description(help.replace("%", "%%"))
            .hidden(row.fate() != Row.Fate.DONE);
    if (row.kind() == Row.Kind.FLAG) {
      option.arity("0..1").fallbackValue("true").paramLabel(row.kind().label());
    } else {
      option.arity("1").paramLabel(row.kind().label());
    }
    return option.build();
  }

  private static List<String> names() {
    List<String> result = new ArrayList<>();
    for (Setting setting : Setting.values()) {
      setting.row().names().stream().filter(n -> n.startsWith("--")).forEach(result::add);
    }
    return result;
  }
}
