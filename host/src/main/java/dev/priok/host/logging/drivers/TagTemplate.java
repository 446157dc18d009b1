package dev.priok.host.logging.drivers;

import dev.priok.model.error.EngineException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The value of the option {@code tag}: text with fields of the container in it, {@code
 * {{.ImageName}}/{{.Name}}}. Of Go's templates it knows fields, the functions lower, upper, title,
 * truncate and pad, and pipes between them; what it does not know it refuses, at {@code docker
 * create}.
 */
public final class TagTemplate {
  /** What most drivers use where the user gives none. */
  static final String DEFAULT = "{{.ID}}";

  private static final Pattern ACTION = Pattern.compile("\\{\\{(-\\s)?(.*?)(\\s-)?}}");
  private static final Pattern WORD = Pattern.compile("\\s*(\"[^\"]*\"|[^\\s\"|]+)");
  private static final Set<String> FIELDS =
      Set.of(
          "ID",
          "FullID",
          "Name",
          "Command",
          "ImageID",
          "ImageFullID",
          "ImageName",
          "DaemonName",
          "Hostname",
          "ContainerID",
          "ContainerName",
          "ContainerEntrypoint",
          "ContainerImageID",
          "ContainerImageName");

  private TagTemplate() {}

  /** The tag of a container; the option's value, or else that template. */
  static String of(LogContext context, String otherwise) {
    return expand(context.option("tag", otherwise), context);
  }

  /** Refuses a template that could not be expanded later. */
  static void check(String template) {
    expand(template, null);
  }

  private static String expand(String template, @Nullable LogContext context) {
    Matcher matcher = ACTION.matcher(template);
    StringBuilder result = new StringBuilder();
    int at = 0;
    boolean trim = false;
    while (matcher.find()) {
      String text = template.substring(at, matcher.start());
      text = trim ? text.stripLeading() : text;
      result.append(matcher.group(1) == null ? text : text.stripTrailing());
      result.append(pipeline(matcher.group(2), template, context));
      trim = matcher.group(3) != null;
      at = matcher.end();
    }
    String rest = template.substring(at);
    if (rest.contains("{{")) {
      throw bad(template, "unclosed action");
    }
    return result.append(trim ? rest.stripLeading() : rest).toString();
  }

  private static String pipeline(String text, String template, @Nullable LogContext context) {
    String value = null;
    for (String stage : text.split("\\|", -1)) {
      List<String> words = words(stage);
      if (words.isEmpty()) {
        throw bad(template, "missing value for command");
      }
      List<String> arguments = new ArrayList<>();
      for (String word : words.subList(1, words.size())) {
        arguments.add(operand(word, template, context));
      }
      if (value != null) {
        arguments.add(value);
      }
      String first = words.getFirst();
      if (first.startsWith(".") || first.startsWith("\"")) {
        if (!arguments.isEmpty()) {
          throw bad(template, "can't give argument to non-function " + first);
        }
        value = operand(first, template, context);
      } else {
        value = call(first, arguments, template);
      }
    }
    return String.valueOf(value);
  }

  private static List<String> words(String stage) {
    List<String> words = new ArrayList<>();
    Matcher matcher = WORD.matcher(stage);
    while (matcher.find()) {
      words.add(matcher.group(1));
    }
    return words;
  }

  private static String operand(String word, String template, @Nullable LogContext context) {
    if (word.startsWith("\"")) {
      return word.substring(1, word.length() - 1);
    }
    if (word.matches("\\d{1,6}")) {
      return word;
    }
    String field = word.startsWith(".") ? word.substring(1) : "";
    if (!FIELDS.contains(field)) {
      throw bad(template, "can't evaluate field " + word);
    }
    // Long enough for any length that a function is given, while only the form is checked.
    return context == null ? "x".repeat(64) : field(field, context);
  }

  private static String field(String name, LogContext c) {
    return switch (name) {
      case "ID" -> c.shortId();
      case "FullID", "ContainerID" -> c.id();
      case "Name" -> c.name();
      case "ContainerName" -> "/" + c.name();
      case "Command" -> String.join(" ", c.command());
      case "ContainerEntrypoint" -> c.command().isEmpty() ? "" : c.command().getFirst();
      case "ImageID" -> shortImage(c.imageId());
      case "ImageFullID", "ContainerImageID" -> c.imageId();
      case "ImageName", "ContainerImageName" -> c.imageName();
      case "DaemonName" -> c.daemonName();
      default -> c.hostName();
    };
  }

  private static String shortImage(String id) {
    String hex = id.substring(id.indexOf(':') + 1);
    return hex.substring(0, Math.min(12, hex.length()));
  }

  private static String call(String function, List<String> arguments, String template) {
    int wanted =
        switch (function) {
          case "lower", "upper", "title" -> 1;
          case "truncate" -> 2;
          case "pad" -> 3;
          default -> throw bad(template, "function \"%s\" not defined".formatted(function));
        };
    if (arguments.size() != wanted) {
      throw bad(template, "wrong number of args for " + function);
    }
    String text = arguments.getFirst();
    return switch (function) {
      case "lower" -> text.toLowerCase(Locale.ROOT);
      case "upper" -> text.toUpperCase(Locale.ROOT);
      case "title" ->
          Pattern.compile("\\b\\w")
              .matcher(text)
              .replaceAll(m -> m.group().toUpperCase(Locale.ROOT));
      case "truncate" ->
          text.substring(0, Math.min(text.length(), count(arguments.get(1), template)));
      default ->
          text.isEmpty()
              ? text
              : " ".repeat(count(arguments.get(1), template))
                  + text
                  + " ".repeat(count(arguments.get(2), template));
    };
  }

  private static int count(String text, String template) {
    if (!text.matches("\\d{1,6}")) {
      throw bad(template, "expected integer; found " + text);
    }
    return Integer.parseInt(text);
  }

  private static EngineException bad(String template, String why) {
    return EngineException.invalid("template parsing error: log-tag: %s: %s", template, why);
  }
}
