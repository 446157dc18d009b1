package dev.priok.host.logging.drivers;

import com.google.re2j.Pattern;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Labels and environment variables that the options {@code labels}, {@code labels-regex}, {@code
 * env} and {@code env-regex} put into each entry. Variables win over labels of the same name.
 */
public final class LogAttributes {
  private LogAttributes() {}

  /** By name, in order of the names; each name is changed by that function. */
  static Map<String, String> of(LogContext context, UnaryOperator<String> rename) {
    Map<String, String> result = new TreeMap<>();
    Map<String, String> variables = new LinkedHashMap<>();
    for (String variable : context.environment()) {
      int equals = variable.indexOf('=');
      if (equals >= 0) {
        variables.put(variable.substring(0, equals), variable.substring(equals + 1));
      }
    }
    choose(context, "labels", context.labels(), rename, result);
    choose(context, "env", variables, rename, result);
    return result;
  }

  /** Those that json-file writes and {@code docker logs --details} shows: with the tag, if any. */
  public static Map<String, String> withTag(LogContext context) {
    Map<String, String> result = of(context, UnaryOperator.identity());
    String tag = TagTemplate.of(context, "");
    if (!tag.isEmpty()) {
      result.put("tag", tag);
    }
    return result;
  }

  private static void choose(
      LogContext context,
      String option,
      Map<String, String> from,
      UnaryOperator<String> rename,
      Map<String, String> into) {
    for (String name : context.option(option, "").split(",", -1)) {
      String value = from.get(name);
      if (value != null) {
        into.put(rename.apply(name), value);
      }
    }
    @Nullable Pattern pattern = LogOptions.pattern(context.options().get(option + "-regex"));
    if (pattern != null) {
      from.forEach((name, value) -> {
        if (pattern.matcher(name).find()) {
          into.put(rename.apply(name), value);
        }
      });
    }
  }
}
