package dev.priok.host.runtime;

import com.fasterxml.jackson.databind.JsonNode;
import dev.priok.kernel.process.CapabilityNames;
import dev.priok.kernel.process.Rlimits;
import dev.priok.model.api.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A process object, completed from the container it is for as {@code runc exec --process} does:
 * what the process does not say is the container's (runtime specification 1.0.2,
 * config.md#process).
 */
record ProcessDocument(
    long uid,
    long gid,
    List<Long> groups,
    int umask,
    List<String> arguments,
    List<String> environment,
    String directory,
    boolean terminal,
    int rows,
    int columns,
    long bounding,
    long effective,
    long permitted,
    long inheritable,
    long ambient,
    List<Limit> limits,
    boolean noNewPrivileges,
    int oomScoreAdjust,
    String profile) {

  private static final int USUAL_UMASK = 022;

  /** A resource limit; the kind is the kernel's number. */
  record Limit(int kind, long soft, long hard) {}

  /** Whether an OCI runtime is needed to enter a container of this configuration. */
  static boolean needsRuntime(JsonNode config) {
    JsonNode first = config.path("process");
    return isLabelled(first) || hasUserNamespace(config.path("linux")) || hasUnknown(first);
  }

  /**
   * Reads it; empty where it asks for something that only an OCI runtime does here.
   *
   * @param first the process object of the container's configuration
   */
  static Optional<ProcessDocument> read(String process, JsonNode first) throws IOException {
    JsonNode own = Json.mapper().readTree(process);
    if (isLabelled(own) || hasUnknown(own) || own.path("args").isEmpty()) {
      return Optional.empty();
    }
    JsonNode user = own.path("user");
    JsonNode caps = own.has("capabilities") ? own.path("capabilities") : first.path("capabilities");
    JsonNode limits = own.path("rlimits").isEmpty() ? first.path("rlimits") : own.path("rlimits");
    JsonNode privileges =
        own.has("noNewPrivileges") ? own.path("noNewPrivileges") : first.path("noNewPrivileges");
    return Optional.of(
        new ProcessDocument(
            user.path("uid").asLong(0),
            user.path("gid").asLong(0),
            numbers(user.path("additionalGids")),
            user.path("umask").asInt(USUAL_UMASK),
            strings(own.path("args")),
            strings(own.path("env")),
            own.path("cwd").asText("/"),
            own.path("terminal").asBoolean(false),
            own.path("consoleSize").path("height").asInt(0),
            own.path("consoleSize").path("width").asInt(0),
            mask(caps, "bounding"),
            mask(caps, "effective"),
            mask(caps, "permitted"),
            mask(caps, "inheritable"),
            mask(caps, "ambient"),
            limits(limits),
            privileges.asBoolean(false),
            first.path("oomScoreAdj").asInt(0),
            profile(own, first)));
  }

  private static boolean isLabelled(JsonNode process) {
    return !process.path("selinuxLabel").asText("").isEmpty();
  }

  /** Of AppArmor; empty for none. */
  private static String profile(JsonNode own, JsonNode first) {
    String profile = own.path("apparmorProfile").asText("");
    if (profile.isEmpty()) {
      profile = first.path("apparmorProfile").asText("");
    }
    return profile.equals("unconfined") ? "" : profile;
  }

  private static boolean hasUserNamespace(JsonNode linux) {
    for (JsonNode namespace : linux.path("namespaces")) {
      if (namespace.path("type").asText("").equals("user")) {
        return true;
      }
    }
    return false;
  }

  /** Settings of newer runtimes that this does not know how to repeat. */
  private static boolean hasUnknown(JsonNode process) {
    return process.has("scheduler") || process.has("ioPriority") || process.has("execCPUAffinity");
  }

  private static long mask(JsonNode capabilities, String set) {
    return CapabilityNames.mask(strings(capabilities.path(set)));
  }

  private static List<Limit> limits(JsonNode array) {
    List<Limit> limits = new ArrayList<>();
    for (JsonNode limit : array) {
      String name = limit.path("type").asText("").replaceFirst("^RLIMIT_", "");
      limits.add(
          new Limit(
              Rlimits.Kind.valueOf(name).number(),
              limit.path("soft").bigIntegerValue().longValue(),
              limit.path("hard").bigIntegerValue().longValue()));
    }
    return limits;
  }

  private static List<Long> numbers(JsonNode array) {
    List<Long> values = new ArrayList<>();
    array.forEach(v -> values.add(v.asLong()));
    return values;
  }

  private static List<String> strings(JsonNode array) {
    List<String> values = new ArrayList<>();
    array.forEach(v -> values.add(v.asText()));
    return values;
  }
}
