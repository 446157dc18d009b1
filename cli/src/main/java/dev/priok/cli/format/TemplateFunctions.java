package dev.priok.cli.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.priok.cli.CliException;
import dev.priok.model.api.Json;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.StringJoiner;

/** Go's and docker's functions of templates. */
final class TemplateFunctions {
  private static final Set<String> KNOWN =
      Set.of(
          "json",
          "join",
          "len",
          "index",
          "upper",
          "lower",
          "title",
          "split",
          "truncate",
          "print",
          "println",
          "printf",
          "pad",
          "eq",
          "ne",
          "lt",
          "le",
          "gt",
          "ge",
          "and",
          "or",
          "not");

  private TemplateFunctions() {}

  static boolean isKnown(String name) {
    return KNOWN.contains(name);
  }

  static JsonNode call(String name, List<JsonNode> args) {
    return switch (name) {
      case "json" -> TemplateValues.text(JsonText.compact(arg(name, args, 0)));
      case "join" -> join(arg(name, args, 0), arg(name, args, 1).asText());
      case "len" -> TemplateValues.number(length(arg(name, args, 0)));
      case "index" -> index(args);
      case "upper" -> TemplateValues.text(arg(name, args, 0).asText().toUpperCase(Locale.ROOT));
      case "lower" -> TemplateValues.text(arg(name, args, 0).asText().toLowerCase(Locale.ROOT));
      case "title" -> title(arg(name, args, 0).asText());
      case "split" -> split(arg(name, args, 0).asText(), arg(name, args, 1).asText());
      case "truncate" -> truncate(arg(name, args, 0).asText(), arg(name, args, 1).asInt());
      case "pad" ->
          TemplateValues.text(
              " ".repeat(arg(name, args, 1).asInt())
                  + arg(name, args, 0).asText()
                  + " ".repeat(arg(name, args, 2).asInt()));
      case "print" -> TemplateValues.text(joined(args, ""));
      case "println" -> TemplateValues.text(joined(args, " ") + "\n");
      case "printf" -> TemplateValues.text(printf(args));
      case "eq" -> TemplateValues.bool(equalsAny(args));
      case "ne" -> TemplateValues.bool(compare(args) != 0);
      case "lt" -> TemplateValues.bool(compare(args) < 0);
      case "le" -> TemplateValues.bool(compare(args) <= 0);
      case "gt" -> TemplateValues.bool(compare(args) > 0);
      case "ge" -> TemplateValues.bool(compare(args) >= 0);
      case "and" -> choose(args, false);
      case "or" -> choose(args, true);
      case "not" -> TemplateValues.bool(!TemplateValues.truth(arg(name, args, 0)));
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static JsonNode arg(String function, List<JsonNode> args, int index) {
    if (index >= args.size()) {
      throw failure("wrong number of args for " + function + ": got " + args.size());
    }
    return args.get(index);
  }

  private static JsonNode join(JsonNode list, String separator) {
    StringJoiner joined = new StringJoiner(separator);
    list.forEach(element -> joined.add(TemplateValues.print(element)));
    return TemplateValues.text(joined.toString());
  }

  private static long length(JsonNode value) {
    return value.isTextual() ? value.asText().length() : value.size();
  }

  private static JsonNode index(List<JsonNode> args) {
    JsonNode value = arg("index", args, 0);
    for (JsonNode key : args.subList(1, args.size())) {
      if (value.isArray()) {
        if (!key.isNumber() || key.asInt() < 0 || key.asInt() >= value.size()) {
          throw failure("error calling index: index out of range: " + TemplateValues.print(key));
        }
        value = value.get(key.asInt());
      } else {
        JsonNode member = value.get(key.asText());
        // A map answers the zero value for a key it has not; for texts that is an empty one.
        value = member == null ? TemplateValues.text("") : member;
      }
    }
    return value;
  }

  private static JsonNode title(String text) {
    return TemplateValues.text(
        text.isEmpty() ? text : text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1));
  }

  private static JsonNode split(String text, String separator) {
    ArrayNode parts = Json.mapper().createArrayNode();
    for (String part : text.split(java.util.regex.Pattern.quote(separator), -1)) {
      parts.add(part);
    }
    return parts;
  }

  private static JsonNode truncate(String text, int length) {
    return TemplateValues.text(text.length() <= length ? text : text.substring(0, length));
  }

  private static String joined(List<JsonNode> args, String separator) {
    StringJoiner joined = new StringJoiner(separator);
    args.forEach(argument -> joined.add(TemplateValues.print(argument)));
    return joined.toString();
  }

  private static String printf(List<JsonNode> args) {
    String format = arg("printf", args, 0).asText();
    StringBuilder text = new StringBuilder();
    int next = 1;
    int i = 0;
    while (i < format.length()) {
      char c = format.charAt(i++);
      if (c != '%') {
        text.append(c);
        continue;
      }
      int flags = i;
      while (i < format.length() && "-0123456789.".indexOf(format.charAt(i)) >= 0) {
        i++;
      }
      String width = format.substring(flags, i);
      char verb = i < format.length() ? format.charAt(i) : '!';
      i++;
      switch (verb) {
        case '%' -> text.append('%');
        case 's', 'v' ->
            text.append(
                String.format(
                    "%" + width + "s", TemplateValues.print(arg("printf", args, next++))));
        case 'q' ->
            text.append(
                JsonText.compact(TemplateValues.text(arg("printf", args, next++).asText())));
        case 'd' ->
            text.append(String.format("%" + width + "d", arg("printf", args, next++).asLong()));
        default -> throw failure("printf: the verb %" + verb + " is not supported by this command");
      }
    }
    return text.toString();
  }

  private static boolean equalsAny(List<JsonNode> args) {
    JsonNode first = arg("eq", args, 0);
    arg("eq", args, 1);
    return args.subList(1, args.size()).stream().anyMatch(o -> compare(List.of(first, o)) == 0);
  }

  private static int compare(List<JsonNode> args) {
    JsonNode left = arg("comparison", args, 0);
    JsonNode right = arg("comparison", args, 1);
    return left.isNumber() && right.isNumber()
        ? Double.compare(left.doubleValue(), right.doubleValue())
        : TemplateValues.print(left).compareTo(TemplateValues.print(right));
  }

  private static JsonNode choose(List<JsonNode> args, boolean wanted) {
    JsonNode value = MissingNode.getInstance();
    for (JsonNode argument : args) {
      value = argument;
      if (TemplateValues.truth(argument) == wanted) {
        return argument;
      }
    }
    return value;
  }

  private static CliException failure(String reason) {
    return new CliException(1, "template parsing error: template: :1: " + reason);
  }
}
