package dev.priok.host.registry;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a registry wants to be convinced (RFC 9110, section 11.6.1; RFC 6750, section 3).
 *
 * @param scheme {@code bearer} or {@code basic}
 */
record Challenge(String scheme, Map<String, String> parameters) {
  private static final Pattern PARAMETER =
      Pattern.compile("([a-zA-Z_]+)\\s*=\\s*(?:\"((?:[^\"\\\\]|\\\\.)*)\"|([^\\s,\"]+))");

  Challenge {
    parameters = Map.copyOf(parameters);
  }

  /** The challenge that can be met best: a token before a password. */
  static Optional<Challenge> choose(List<String> headers) {
    List<Challenge> all = headers.stream().map(Challenge::parse).toList();
    return all.stream()
        .filter(c -> c.scheme.equals("bearer"))
        .findFirst()
        .or(() -> all.stream().filter(c -> c.scheme.equals("basic")).findFirst());
  }

  private static Challenge parse(String header) {
    String trimmed = header.trim();
    int space = trimmed.indexOf(' ');
    String scheme = space < 0 ? trimmed : trimmed.substring(0, space);
    Map<String, String> parameters = new TreeMap<>();
    Matcher matcher = PARAMETER.matcher(space < 0 ? "" : trimmed.substring(space));
    while (matcher.find()) {
      String quoted = matcher.group(2);
      parameters.putIfAbsent(
          matcher.group(1).toLowerCase(Locale.ROOT),
          quoted == null ? matcher.group(3) : quoted.replaceAll("\\\\(.)", "$1"));
    }
    return new Challenge(scheme.toLowerCase(Locale.ROOT), parameters);
  }

  String parameter(String name) {
    return parameters.getOrDefault(name, "");
  }
}
