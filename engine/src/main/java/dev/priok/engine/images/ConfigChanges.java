package dev.priok.engine.images;

import dev.priok.engine.Timestamps;
import dev.priok.kernel.process.Signals;
import dev.priok.model.api.container.HealthConfig;
import dev.priok.model.api.image.ImageConfig;
import dev.priok.model.api.image.ImageConfigBuilder;
import dev.priok.model.error.EngineException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The {@code changes} of import and commit: Dockerfile instructions that touch only the config. */
public final class ConfigChanges {
  private static final Pattern LINE = Pattern.compile("(\\S+)\\s*(.*)", Pattern.DOTALL);
  private static final Pattern PORT =
      Pattern.compile("([0-9]{1,5})(?:-([0-9]{1,5}))?(?:/(tcp|udp|sctp))?");
  private static final Pattern FLAG =
      Pattern.compile("--([a-z-]+)(?:=(\\S*))?\\s*(.*)", Pattern.DOTALL);

  private ImageConfig config;
  private boolean commandGiven;

  private ConfigChanges(ImageConfig config) {
    this.config = config;
  }

  /** The config after the changes; refuses a wrong instruction with Docker's sentence. */
  public static ImageConfig apply(ImageConfig config, List<String> changes) {
    ConfigChanges all = new ConfigChanges(config);
    String text = String.join("\n", changes).replaceAll("\\\\[ \t]*\r?\n", "");
    text.lines()
        .map(String::strip)
        .filter(l -> !l.isEmpty() && !l.startsWith("#"))
        .forEach(all::one);
    return all.config;
  }

  private void one(String line) {
    Matcher matcher = LINE.matcher(line);
    if (!matcher.matches()) {
      throw EngineException.invalid("%s is not a valid change command", line);
    }
    String word = matcher.group(1);
    String rest = matcher.group(2).strip();
    String name = word.toUpperCase(Locale.ROOT);
    switch (name) {
      case "CMD" -> {
        config = edit().cmd(command(rest)).build();
        commandGiven = true;
      }
      case "ENTRYPOINT" -> {
        config = edit().entrypoint(command(rest)).build();
        if (!commandGiven) {
          // A new entry point makes nonsense of the old one's arguments.
          config = edit().cmd(null).build();
        }
      }
      case "ENV" -> config = edit().env(withVariables(required(name, rest))).build();
      case "EXPOSE" -> config = edit().exposedPorts(withPorts(required(name, rest))).build();
      case "LABEL" -> {
        Map<String, String> labels = new TreeMap<>(orEmpty(config.labels()));
        labels.putAll(words().pairs(name, required(name, rest)));
        config = edit().labels(labels).build();
      }
      case "USER" -> config = edit().user(words().expand(single(name, rest))).build();
      case "WORKDIR" -> config = edit().workingDir(directory(single(name, rest))).build();
      case "VOLUME" -> config = edit().volumes(withVolumes(required(name, rest))).build();
      case "STOPSIGNAL" ->
          config = edit().stopSignal(signal(words().expand(single(name, rest)))).build();
      case "ONBUILD" -> config = edit().onBuild(withTrigger(required(name, rest))).build();
      case "HEALTHCHECK" -> config = edit().healthcheck(health(required(name, rest))).build();
      default -> throw EngineException.invalid("%s is not a valid change command", word);
    }
  }

  private static String signal(String text) {
    if (Signals.parse(text).isEmpty()) {
      throw EngineException.invalid("invalid signal: %s", text);
    }
    return text;
  }

  private ImageConfigBuilder edit() {
    return ImageConfigBuilder.builder(config);
  }

  private ChangeWords words() {
    Map<String, String> variables = new LinkedHashMap<>();
    for (String entry : orEmpty(config.env())) {
      int equals = entry.indexOf('=');
      variables.put(
          equals < 0 ? entry : entry.substring(0, equals),
          equals < 0 ? "" : entry.substring(equals + 1));
    }
    return new ChangeWords(variables);
  }

  private static <T> List<T> orEmpty(@org.jspecify.annotations.Nullable List<T> list) {
    return list == null ? List.of() : list;
  }

  private static <V> Map<String, V> orEmpty(@org.jspecify.annotations.Nullable Map<String, V> map) {
    return map == null ? Map.of() : map;
  }

  private static String required(String name, String rest) {
    if (rest.isEmpty()) {
      throw EngineException.invalid("%s requires at least one argument", name);
    }
    return rest;
  }

  private static String single(String name, String rest) {
    if (rest.isEmpty()) {
      throw EngineException.invalid("%s requires exactly one argument", name);
    }
    return rest;
  }

  private List<String> command(String rest) {
    List<String> shell = config.shell() == null ? List.of("/bin/sh", "-c") : config.shell();
    return ChangeWords.list(rest)
        .orElseGet(() -> {
          List<String> words = new ArrayList<>(shell);
          if (!rest.isEmpty()) {
            words.add(rest);
          }
          return words;
        });
  }

  private List<String> withVariables(String rest) {
    List<String> env = new ArrayList<>(orEmpty(config.env()));
    words()
        .pairs("ENV", rest)
        .forEach((name, value) -> {
          String entry = name + "=" + value;
          int at = -1;
          for (int i = 0; i < env.size(); i++) {
            if (env.get(i).equals(name) || env.get(i).startsWith(name + "=")) {
              at = i;
            }
          }
          if (at < 0) {
            env.add(entry);
          } else {
            env.set(at, entry);
          }
        });
    return env;
  }

  private Map<String, Map<String, Object>> withPorts(String rest) {
    Map<String, Map<String, Object>> ports = new TreeMap<>(orEmpty(config.exposedPorts()));
    for (String raw : ChangeWords.split(rest)) {
      String word = words().expand(raw);
      Matcher matcher = PORT.matcher(word.toLowerCase(Locale.ROOT));
      if (!matcher.matches()) {
        throw EngineException.invalid("Invalid containerPort: %s", word);
      }
      int first = Integer.parseInt(matcher.group(1));
      int last = matcher.group(2) == null ? first : Integer.parseInt(matcher.group(2));
      if (last < first || last > 65535) {
        throw EngineException.invalid("Invalid containerPort: %s", word);
      }
      String protocol = matcher.group(3) == null ? "tcp" : matcher.group(3);
      for (int port = first; port <= last; port++) {
        ports.put(port + "/" + protocol, Map.of());
      }
    }
    return ports;
  }

  private String directory(String rest) {
    String path = words().expand(rest);
    String base = config.workingDir() == null ? "" : config.workingDir();
    String whole = path.startsWith("/") ? path : base + "/" + path;
    return java.nio.file.Path.of("/", whole).normalize().toString();
  }

  private Map<String, Map<String, Object>> withVolumes(String rest) {
    Map<String, Map<String, Object>> volumes = new TreeMap<>(orEmpty(config.volumes()));
    List<String> paths =
        ChangeWords.list(rest)
            .orElseGet(() -> ChangeWords.split(rest).stream().map(words()::expand).toList());
    for (String path : paths) {
      if (path.isBlank()) {
        throw EngineException.invalid("VOLUME specified can not be an empty string");
      }
      volumes.put(path.strip(), Map.of());
    }
    return volumes;
  }

  private List<String> withTrigger(String rest) {
    String first = ChangeWords.split(rest).getFirst().toUpperCase(Locale.ROOT);
    if (first.equals("ONBUILD")) {
      throw EngineException.invalid("Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed");
    }
    if (first.equals("MAINTAINER") || first.equals("FROM")) {
      throw EngineException.invalid("%s isn't allowed as an ONBUILD trigger", first);
    }
    List<String> triggers = new ArrayList<>(orEmpty(config.onBuild()));
    triggers.add(rest);
    return triggers;
  }

  private static HealthConfig health(String text) {
    Map<String, String> flags = new LinkedHashMap<>();
    String rest = text;
    for (Matcher m = FLAG.matcher(rest); m.matches(); m = FLAG.matcher(rest)) {
      flags.put(m.group(1), m.group(2) == null ? "" : m.group(2));
      rest = m.group(3);
    }
    for (String flag : flags.keySet()) {
      if (!List.of("interval", "timeout", "start-period", "start-interval", "retries")
          .contains(flag)) {
        throw EngineException.invalid("unknown flag: %s", flag);
      }
    }
    List<String> words = ChangeWords.split(rest);
    String kind = words.isEmpty() ? "" : words.getFirst().toUpperCase(Locale.ROOT);
    String body = words.isEmpty() ? "" : rest.substring(words.getFirst().length()).strip();
    if (kind.equals("NONE")) {
      if (!body.isEmpty()) {
        throw EngineException.invalid("HEALTHCHECK NONE takes no arguments");
      }
      return new HealthConfig(List.of("NONE"), null, null, null, null, null);
    }
    if (!kind.equals("CMD")) {
      throw EngineException.invalid(
          "Unknown type \"%s\" in HEALTHCHECK (try CMD)", words.isEmpty() ? "" : words.getFirst());
    }
    if (body.isEmpty()) {
      throw EngineException.invalid("Missing command after HEALTHCHECK CMD");
    }
    List<String> test = new ArrayList<>();
    ChangeWords.list(body)
        .ifPresentOrElse(
            l -> {
              test.add("CMD");
              test.addAll(l);
            },
            () -> {
              test.add("CMD-SHELL");
              test.add(body);
            });
    return new HealthConfig(
        test,
        nanos(flags, "interval"),
        nanos(flags, "timeout"),
        retries(flags),
        nanos(flags, "start-period"),
        nanos(flags, "start-interval"));
  }

  private static @org.jspecify.annotations.Nullable Long nanos(
      Map<String, String> flags, String name) {
    String value = flags.get(name);
    if (value == null) {
      return null;
    }
    Duration duration = Timestamps.goDuration(value);
    if (duration == null) {
      throw EngineException.invalid("time: invalid duration \"%s\"", value);
    }
    if (duration.isPositive() && duration.toNanos() < 1_000_000) {
      throw EngineException.invalid("Interval \"%s\" cannot be less than 1ms", name);
    }
    return duration.toNanos();
  }

  private static @org.jspecify.annotations.Nullable Integer retries(Map<String, String> flags) {
    String value = flags.get("retries");
    if (value == null) {
      return null;
    }
    if (!value.matches("[0-9]{1,9}")) {
      throw EngineException.invalid("--retries must be at least 0 (not %s)", value);
    }
    return Integer.valueOf(value);
  }
}
