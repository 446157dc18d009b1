package dev.priok.cli;

import dev.priok.client.Filters;
import java.util.List;
import java.util.Locale;

/** Values of {@code --filter}. */
public final class FilterOptions {
  private FilterOptions() {}

  /** Reads {@code name=value} texts. */
  public static Filters parse(List<String> texts) {
    Filters filters = Filters.none();
    for (String text : texts) {
      int equals = text.indexOf('=');
      if (equals < 0) {
        throw CliException.badOption(
            text, "--filter", "invalid filter '" + text + "'; expected name=value");
      }
      String name = text.substring(0, equals).strip().toLowerCase(Locale.ROOT);
      filters = filters.and(name, text.substring(equals + 1).strip());
    }
    return filters;
  }
}
