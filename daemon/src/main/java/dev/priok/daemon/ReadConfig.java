package dev.priok.daemon;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.priok.model.api.Json;
import dev.priok.model.api.container.Ulimit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Joins command line and configuration file.
 *
 * <p>A setting may stand in one of the two only, as with dockerd: a user who reads one place must
 * not be misled by the other.
 */
final class ReadConfig {
  private static final Path DEFAULT_FILE = Path.of("/etc/priok/daemon.json");

  private final DaemonOptions options;
  private final Map<String, JsonNode> file;
  private final TreeSet<String> unread;
  private final List<String> conflicts = new ArrayList<>();

  private ReadConfig(DaemonOptions options, Map<String, JsonNode> file) {
    this.options = options;
    this.file = file;
    this.unread = new TreeSet<>(file.keySet());
  }

  static DaemonConfig read(DaemonOptions options) {
    return new ReadConfig(options, settings(options.configFile)).join();
  }

  private static Map<String, JsonNode> settings(@Nullable Path named) {
    Path path = named == null ? DEFAULT_FILE : named;
    JsonNode root;
    try {
      root = Json.mapper().readTree(Files.readString(path));
    } catch (NoSuchFileException e) {
      if (named == null) {
        return Map.of();
      }
      throw new StartRefusedException(
          "unable to configure the daemon with file %s: no such file".formatted(path));
    } catch (JsonProcessingException e) {
      throw new StartRefusedException(
          "unable to configure the daemon with file %s: line %d, column %d: %s"
              .formatted(
                  path,
                  e.getLocation().getLineNr(),
                  e.getLocation().getColumnNr(),
                  e.getOriginalMessage()));
    } catch (IOException e) {
      throw new StartRefusedException(
          "unable to configure the daemon with file %s: %s".formatted(path, e.getMessage()));
    }
    if (!root.isObject()) {
      throw new StartRefusedException(
          "unable to configure the daemon with file %s: not a JSON object".formatted(path));
    }
    Map<String, JsonNode> result = new LinkedHashMap<>();
    root.properties().forEach(e -> result.put(e.getKey(), e.getValue()));
    return result;
  }

  private DaemonConfig join() {
    List<String> hosts = list("hosts", options.hosts);
    DaemonConfig config =
        new DaemonConfig(
            hosts.isEmpty() ? List.of(DaemonConfig.DEFAULT_HOST) : hosts,
            path("data-root", options.dataRoot, "/var/lib/priok"),
            path("exec-root", options.execRoot, "/run/priok"),
            path("pidfile", options.pidfile, "/run/priokd.pid"),
            flag("debug", options.debug, false),
            level(text("log-level", options.logLevel, "info")),
            text("log-driver", options.logDriver, "json-file"),
            map("log-opts", options.logOpts),
            text("log-ceiling", options.logCeiling, ""),
            text("disk-low-water", options.diskLowWater, ""),
            optionalText("bip", options.bip),
            text("bridge", options.bridge, "docker0"),
            optionalText("storage-driver", options.storageDriver),
            list("storage-opts", options.storageOpts),
            optionalText("default-runtime", options.defaultRuntime),
            runtimes(),
            list("insecure-registries", options.insecureRegistries),
            list("registry-mirrors", options.registryMirrors),
            flag("iptables", options.iptables, true),
            flag("ip-forward", options.ipForward, true),
            flag("userland-proxy", options.userlandProxy, true),
            list("labels", options.labels),
            flag("live-restore", options.liveRestore, false),
            number("shutdown-timeout", options.shutdownTimeout, 15),
            text("group", options.group, "docker"),
            optionalText("host-gateway-ip", options.hostGatewayIp),
            optionalText("userns-remap", options.usernsRemap),
            flag("experimental", options.experimental, false),
            optionalPath("roles", options.roles),
            optionalPath("audit-log", options.auditLog),
            containers(options.containers));
    if (!unread.isEmpty()) {
      throw new StartRefusedException(
          "unable to configure the daemon with file: the following directives don't match any"
              + " configuration option: "
              + String.join(", ", unread));
    }
    if (!conflicts.isEmpty()) {
      throw new StartRefusedException(
          "unable to configure the daemon with file: the following directives are specified both as"
              + " a flag and in the configuration file: "
              + String.join(", ", conflicts));
    }
    return config;
  }

  private DaemonConfig.ContainerOptions containers(ContainerFlags flags) {
    return new DaemonConfig.ContainerOptions(
        flag("init", flags.init, false),
        optionalPath("init-path", flags.initPath),
        text("default-shm-size", flags.shmSize, "64m"),
        text("default-ipc-mode", flags.ipcMode, "private"),
        optionalText("default-cgroupns-mode", flags.cgroupnsMode),
        optionalText("cgroup-parent", flags.cgroupParent),
        flag("no-new-privileges", flags.noNewPrivileges, false),
        optionalText("seccomp-profile", flags.seccompProfile),
        ulimits(flags.ulimits),
        list("cdi-spec-dirs", flags.cdiFolders));
  }

  private @Nullable Path optionalPath(String key, @Nullable Path given) {
    String text = optionalText(key, given == null ? null : given.toString());
    return text == null || text.isEmpty() ? null : Path.of(text).toAbsolutePath();
  }

  /**
   * In the file: {@code "default-ulimits": {"nofile": {"Name": "nofile", "Soft": 1, "Hard": 2}}}.
   */
  private List<Ulimit> ulimits(List<String> given) {
    JsonNode node = take("default-ulimits", !given.isEmpty());
    List<Ulimit> result = new ArrayList<>();
    given.forEach(text -> result.add(DefaultUlimit.parse(text)));
    if (node != null) {
      node.properties()
          .forEach(limit -> result.add(DefaultUlimit.of(limit.getKey(), limit.getValue())));
    }
    return List.copyOf(result);
  }

  private static String level(String level) {
    if (!List.of("debug", "info", "warn", "error", "fatal").contains(level)) {
      throw new StartRefusedException(
          "invalid logging level: " + level + " (debug, info, warn, error or fatal)");
    }
    return level;
  }

  private @Nullable JsonNode take(String key, boolean onCommandLine) {
    unread.remove(key);
    JsonNode node = file.get(key);
    if (node != null && onCommandLine) {
      conflicts.add("%s: (from flag and from file: %s)".formatted(key, node));
    }
    return node;
  }

  private static StartRefusedException wrongType(String key, String wanted) {
    return new StartRefusedException(
        "unable to configure the daemon with file: %s is not %s".formatted(key, wanted));
  }

  private @Nullable String optionalText(String key, @Nullable String given) {
    JsonNode node = take(key, given != null);
    if (node == null) {
      return given;
    }
    if (!node.isTextual()) {
      throw wrongType(key, "a string");
    }
    return node.asText();
  }

  private String text(String key, @Nullable String given, String otherwise) {
    String value = optionalText(key, given);
    return value == null || value.isEmpty() ? otherwise : value;
  }

  private Path path(String key, @Nullable Path given, String otherwise) {
    return Path.of(text(key, given == null ? null : given.toString(), otherwise))
        .toAbsolutePath()
        .normalize();
  }

  private boolean flag(String key, @Nullable Boolean given, boolean otherwise) {
    JsonNode node = take(key, given != null);
    if (node == null) {
      return given == null ? otherwise : given;
    }
    if (!node.isBoolean()) {
      throw wrongType(key, "true or false");
    }
    return node.asBoolean();
  }

  private int number(String key, @Nullable Integer given, int otherwise) {
    JsonNode node = take(key, given != null);
    if (node == null) {
      return given == null ? otherwise : given;
    }
    if (!node.canConvertToInt() || !node.isIntegralNumber()) {
      throw wrongType(key, "a whole number");
    }
    return node.asInt();
  }

  private List<String> list(String key, List<String> given) {
    JsonNode node = take(key, !given.isEmpty());
    if (node == null) {
      return List.copyOf(given);
    }
    if (!node.isArray()) {
      throw wrongType(key, "a list");
    }
    List<String> result = new ArrayList<>();
    for (JsonNode item : node) {
      if (!item.isTextual()) {
        throw wrongType(key, "a list of strings");
      }
      result.add(item.asText());
    }
    return List.copyOf(result);
  }

  private Map<String, String> map(String key, Map<String, String> given) {
    JsonNode node = take(key, !given.isEmpty());
    if (node == null) {
      return Map.copyOf(given);
    }
    if (!node.isObject()) {
      throw wrongType(key, "an object");
    }
    Map<String, String> result = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      if (!entry.getValue().isTextual()) {
        throw wrongType(key + "." + entry.getKey(), "a string");
      }
      result.put(entry.getKey(), entry.getValue().asText());
    }
    return Map.copyOf(result);
  }

  /** In the file: {@code "runtimes": {"name": {"path": "/usr/bin/x"}}}. */
  private Map<String, String> runtimes() {
    JsonNode node = take("runtimes", !options.runtimes.isEmpty());
    if (node == null) {
      return Map.copyOf(options.runtimes);
    }
    Map<String, String> result = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> runtime : node.properties()) {
      JsonNode path = runtime.getValue().get("path");
      if (path == null || !path.isTextual() || runtime.getValue().size() != 1) {
        throw wrongType("runtimes." + runtime.getKey(), "an object with a path and nothing else");
      }
      result.put(runtime.getKey(), path.asText());
    }
    return Map.copyOf(result);
  }
}
