package dev.priok.daemon;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What command line and configuration file say, setting by setting.
 *
 * <p>A setting may stand in one of the two only, as with dockerd: a user who reads one place must
 * not be misled by the other. Runtimes are the exception, there and here.
 */
final class SettingValues {
  private static final Logger LOG = LoggerFactory.getLogger(SettingValues.class);

  /** Keys that Docker has for the file alone, and that change nothing there or here. */
  private static final Set<String> PASSED_OVER = Set.of("deprecated-key-path");

  private final CommandLineOptions line;
  private final Map<String, JsonNode> file;
  private final Path path;

  private SettingValues(CommandLineOptions line, Map<String, JsonNode> file, Path path) {
    this.line = line;
    this.file = file;
    this.path = path;
  }

  /** Reads the file that the command line names, or the usual one if it is there. */
  static SettingValues read(CommandLineOptions line) {
    List<String> named = line.given(Setting.CONFIG_FILE);
    Path path = Path.of(named.isEmpty() ? Setting.CONFIG_FILE.row().initial() : named.getLast());
    SettingValues values = new SettingValues(line, ConfigFile.read(path, !named.isEmpty()), path);
    values.refuseUnknown();
    values.refuseConflicts();
    values.refuseUndone();
    return values;
  }

  private static Stream<Setting> inFiles() {
    return Stream.of(Setting.values()).filter(s -> s.row().key() != null);
  }

  private void refuseUnknown() {
    Set<String> known =
        inFiles().map(s -> String.valueOf(s.row().key())).collect(Collectors.toSet());
    Set<String> unknown = new TreeSet<>(file.keySet());
    unknown.removeAll(known);
    unknown.removeAll(PASSED_OVER);
    if (unknown.isEmpty()) {
      return;
    }
    throw ConfigFile.refused(
        path,
        "the following directives don't match any configuration option: "
            + unknown.stream()
                .map(key -> {
                  String near = Nearest.of(key, known);
                  return near == null ? key : key + " (did you mean " + near + "?)";
                })
                .collect(Collectors.joining(", ")));
  }

  private void refuseConflicts() {
    List<String> conflicts = new ArrayList<>();
    inFiles()
        .filter(s -> s != Setting.RUNTIMES && !line.given(s).isEmpty() && node(s) != null)
        .forEach(s ->
            conflicts.add(
                "%s: (from flag: %s, from file: %s)"
                    .formatted(s.row().key(), shown(s, line.given(s)), shown(s, node(s)))));
    if (!conflicts.isEmpty()) {
      throw ConfigFile.refused(
          path,
          "the following directives are specified both as a flag and in the configuration file: "
              + String.join(", ", conflicts));
    }
  }

  /** As Go prints a value of that kind: scripts look for dockerd's words. */
  private static String shown(Setting setting, List<String> given) {
    return switch (setting.row().kind()) {
      case TEXT, FLAG, NUMBER -> masked(given.getLast());
      case LIST, ULIMITS, POOLS, RUNTIMES -> "[" + String.join(" ", given) + "]";
      case MAP, SWITCHES -> "map[" + String.join(" ", given).replace('=', ':') + "]";
    };
  }

  private static String shown(Setting setting, @Nullable JsonNode node) {
    if (node == null) {
      return "";
    }
    if (node.isArray()) {
      return node.valueStream()
          .map(n -> shown(setting, n))
          .collect(Collectors.joining(" ", "[", "]"));
    }
    if (node.isObject()) {
      return node.propertyStream()
          .map(e -> e.getKey() + ":" + shown(setting, e.getValue()))
          .collect(Collectors.joining(" ", "map[", "]"));
    }
    return masked(node.asText());
  }

  /** Proxies have their passwords in the address. */
  private static String masked(String value) {
    return value.replaceFirst("://[^/@]*@", "://xxxxx:xxxxx@");
  }

  /** Says in the log which options of Docker's have no effect here. */
  void tellMeaningless() {
    for (Setting setting : Setting.values()) {
      if (setting.row().fate() == Row.Fate.MEANINGLESS
          && (node(setting) != null || !line.given(setting).isEmpty())) {
        LOG.info("{} has no effect: {}", setting.row().name(), setting.row().remark());
      }
    }
  }

  /** Settings of the file that are not as they were in another reading of it. */
  List<Setting> changedSince(SettingValues former) {
    return inFiles().filter(s -> !Objects.equals(node(s), former.node(s))).toList();
  }

  /** Docker's options that are not done. */
  private void refuseUndone() {
    for (Setting setting : Setting.values()) {
      Row row = setting.row();
      JsonNode node = node(setting);
      if (row.fate() == Row.Fate.DONE || (node == null && line.given(setting).isEmpty())) {
        continue;
      }
      String value = node == null ? shown(setting, line.given(setting)) : shown(setting, node);
      if (row.fate() == Row.Fate.REFUSED && !value.equals(row.initial())) {
        throw new StartRefusedException(
            "%s=%s is not supported: %s".formatted(row.name(), value, row.remark()));
      }
    }
  }

  private @Nullable JsonNode node(Setting setting) {
    String key = setting.row().key();
    JsonNode node = key == null ? null : file.get(key);
    return node == null || node.isNull() ? null : node;
  }

  private StartRefusedException wrongType(Setting setting) {
    return wrongType(String.valueOf(setting.row().key()), setting.row().kind().inWords());
  }

  private StartRefusedException wrongType(String key, String wanted) {
    return ConfigFile.refused(path, "%s is not %s".formatted(key, wanted));
  }

  /** The text, or null where none or an empty one is given and the table has none. */
  @Nullable String optionalText(Setting setting) {
    JsonNode node = node(setting);
    List<String> given = line.given(setting);
    if (node != null && !node.isTextual()) {
      throw wrongType(setting);
    }
    String value = node != null ? node.asText() : given.isEmpty() ? "" : given.getLast();
    String found = value.isEmpty() ? setting.row().initial() : value;
    return found.isEmpty() ? null : found;
  }

  String text(Setting setting) {
    String text = optionalText(setting);
    return text == null ? "" : text;
  }

  Path path(Setting setting) {
    return Path.of(text(setting)).toAbsolutePath().normalize();
  }

  boolean flag(Setting setting) {
    JsonNode node = node(setting);
    if (node != null && !node.isBoolean()) {
      throw wrongType(setting);
    }
    List<String> given = line.given(setting);
    return node != null
        ? node.asBoolean()
        : (given.isEmpty() ? setting.row().initial() : given.getLast()).equals("true");
  }

  boolean isGiven(Setting setting) {
    return node(setting) != null || line.given(setting).stream().anyMatch(v -> !v.isEmpty());
  }

  /** Null where nobody says anything. */
  @Nullable Boolean optionalFlag(Setting setting) {
    return isGiven(setting) ? flag(setting) : null;
  }

  int number(Setting setting) {
    JsonNode node = node(setting);
    if (node != null && !(node.isIntegralNumber() && node.canConvertToInt())) {
      throw wrongType(setting);
    }
    List<String> given = line.given(setting);
    return node != null
        ? node.asInt()
        : Integer.parseInt(given.isEmpty() ? setting.row().initial() : given.getLast());
  }

  List<String> list(Setting setting) {
    JsonNode node = node(setting);
    if (node == null) {
      List<String> given = line.given(setting).stream().filter(v -> !v.isEmpty()).toList();
      boolean initial = given.isEmpty() && !setting.row().initial().isEmpty();
      return initial ? List.of(setting.row().initial()) : given;
    }
    if (!node.isArray() || node.valueStream().anyMatch(n -> !n.isTextual())) {
      throw wrongType(setting);
    }
    return node.valueStream().map(JsonNode::asText).toList();
  }

  Map<String, String> map(Setting setting) {
    JsonNode node = node(setting);
    Map<String, String> result = new LinkedHashMap<>();
    if (node == null) {
      line.given(setting)
          .forEach(
              v -> result.put(v.substring(0, v.indexOf('=')), v.substring(v.indexOf('=') + 1)));
      return result;
    }
    if (!node.isObject()) {
      throw wrongType(setting);
    }
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      if (!entry.getValue().isTextual()) {
        throw wrongType(setting.row().key() + "." + entry.getKey(), "a string");
      }
      result.put(entry.getKey(), entry.getValue().asText());
    }
    return result;
  }

  Map<String, Boolean> switches(Setting setting) {
    JsonNode node = node(setting);
    Map<String, Boolean> result = new java.util.TreeMap<>();
    line.given(setting).forEach(v -> result.put(v.replaceFirst("=.*", ""), !v.endsWith("=false")));
    if (node != null && !node.isObject()) {
      throw wrongType(setting);
    }
    if (node != null) {
      for (Map.Entry<String, JsonNode> entry : node.properties()) {
        if (!entry.getValue().isBoolean()) {
          throw wrongType(setting.row().key() + "." + entry.getKey(), "true or false");
        }
        result.put(entry.getKey(), entry.getValue().asBoolean());
      }
    }
    return result;
  }

  /** In the file: {@code "runtimes": {"name": {"path": "/usr/bin/x"}}}. */
  Map<String, String> runtimes(Setting setting) {
    Map<String, String> result = new LinkedHashMap<>();
    line.given(setting)
        .forEach(v -> result.put(v.substring(0, v.indexOf('=')), v.substring(v.indexOf('=') + 1)));
    JsonNode node = node(setting);
    if (node == null) {
      return result;
    }
    if (!node.isObject()) {
      throw wrongType(setting);
    }
    for (Map.Entry<String, JsonNode> runtime : node.properties()) {
      JsonNode program = runtime.getValue().get("path");
      if (program == null || !program.isTextual() || runtime.getValue().size() != 1) {
        throw wrongType("runtimes." + runtime.getKey(), "an object with a path and nothing else");
      }
      result.put(runtime.getKey(), program.asText());
    }
    return result;
  }

  /** What the command line and the file say, each in the words of the command line. */
  List<String> pools(Setting setting) {
    JsonNode node = node(setting);
    if (node == null) {
      return line.given(setting);
    }
    if (!node.isArray()) {
      throw wrongType(setting);
    }
    List<String> result = new ArrayList<>();
    for (JsonNode pool : node) {
      if (!pool.path("base").isTextual() || !pool.path("size").isInt() || pool.size() != 2) {
        throw wrongType(
            String.valueOf(setting.row().key()), "a list of objects with base and size");
      }
      result.add("base=" + pool.get("base").asText() + ",size=" + pool.get("size").asInt());
    }
    return result;
  }

  /** The file's objects by name. */
  Map<String, JsonNode> objects(Setting setting) {
    JsonNode node = node(setting);
    if (node == null) {
      return Map.of();
    }
    if (!node.isObject()) {
      throw wrongType(setting);
    }
    Map<String, JsonNode> result = new LinkedHashMap<>();
    node.properties().forEach(e -> result.put(e.getKey(), e.getValue()));
    return result;
  }

  List<String> given(Setting setting) {
    return line.given(setting);
  }

  /** The merged values make no sense. */
  StartRefusedException invalid(String why) {
    return ConfigFile.refused(
        path, "merged configuration validation from file and command line flags failed: " + why);
  }
}
