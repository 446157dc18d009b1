package dev.priok.engine.containers.spec;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import dev.priok.model.error.EngineException;
import dev.priok.model.error.ErrorKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A seccomp profile in Docker's format: the OCI format plus conditions (capability, architecture).
 *
 * <p>Format: Docker's documentation "Seccomp security profiles for Docker" and the runtime
 * specification, config-linux.md#seccomp.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record SeccompProfile(
    @Nullable @JsonProperty("defaultAction") String defaultAction,
    @Nullable @JsonProperty("defaultErrnoRet") Long defaultErrnoRet,
    @Nullable @JsonProperty("architectures") List<String> architectures,
    @Nullable @JsonProperty("archMap") List<ArchitectureMap> archMap,
    @Nullable @JsonProperty("flags") List<String> flags,
    @Nullable @JsonProperty("listenerPath") String listenerPath,
    @Nullable @JsonProperty("listenerMetadata") String listenerMetadata,
    @Nullable @JsonProperty("syscalls") List<Rule> syscalls) {

  /** Runtime specification, config-linux.md#seccomp. */
  private static final Set<String> ACTIONS =
      Set.of(
          "SCMP_ACT_KILL",
          "SCMP_ACT_KILL_PROCESS",
          "SCMP_ACT_KILL_THREAD",
          "SCMP_ACT_TRAP",
          "SCMP_ACT_ERRNO",
          "SCMP_ACT_TRACE",
          "SCMP_ACT_ALLOW",
          "SCMP_ACT_LOG",
          "SCMP_ACT_NOTIFY");

  private static final ObjectReader READER =
      JsonMapper.builder()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .withCoercionConfig(
              LogicalType.Textual,
              c -> c.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail))
          .build()
          .readerFor(SeccompProfile.class);

  /** Parses a profile given by a user. */
  static SeccompProfile parse(String json) {
    try {
      SeccompProfile profile = READER.readValue(json);
      if (profile == null || profile.defaultAction() == null) {
        throw EngineException.invalid(
            "Decoding seccomp profile failed: the profile has no defaultAction");
      }
      profile.refuseContradictions();
      return profile;
    } catch (JsonProcessingException e) {
      throw new EngineException(
          ErrorKind.INVALID, "Decoding seccomp profile failed: " + e.getOriginalMessage(), e);
    }
  }

  private void refuseContradictions() {
    if (!ACTIONS.contains(defaultAction)) {
      throw EngineException.invalid(
          "Decoding seccomp profile failed: string %s is not a valid action for seccomp",
          defaultAction);
    }
    if (architectures != null
        && !architectures.isEmpty()
        && archMap != null
        && !archMap.isEmpty()) {
      throw EngineException.invalid(
          "both 'architectures' and 'archMap' are specified in the seccomp profile, use either"
              + " 'architectures' or 'archMap'");
    }
    for (Rule rule : syscalls == null ? List.<Rule>of() : syscalls) {
      boolean named = rule.name() != null && !rule.name().isEmpty();
      if (named && rule.names() != null && !rule.names().isEmpty()) {
        throw EngineException.invalid(
            "both 'name' and 'names' are specified in the seccomp profile, use either 'name' or"
                + " 'names'");
      }
      if (!ACTIONS.contains(rule.action())) {
        throw EngineException.invalid(
            "Decoding seccomp profile failed: string %s is not a valid action for seccomp",
            rule.action());
      }
    }
  }

  /** The rules that hold for a process with these capabilities on this architecture. */
  SeccompProfile effective(Set<String> capabilities, String goArchitecture, KernelVersion kernel) {
    List<String> natives = new ArrayList<>();
    if (architectures != null) {
      natives.addAll(architectures);
    }
    String own = seccompName(goArchitecture);
    for (ArchitectureMap map : archMap == null ? List.<ArchitectureMap>of() : archMap) {
      if (own.equals(map.architecture())) {
        natives.add(own);
        if (map.subArchitectures() != null) {
          natives.addAll(map.subArchitectures());
        }
      }
    }
    List<Rule> rules = new ArrayList<>();
    for (Rule rule : syscalls == null ? List.<Rule>of() : syscalls) {
      if (rule.holds(capabilities, goArchitecture, kernel)) {
        rules.add(rule.bare());
      }
    }
    return new SeccompProfile(
        defaultAction,
        defaultErrnoRet,
        natives,
        null,
        flags,
        listenerPath,
        listenerMetadata,
        rules);
  }

  static String seccompName(String goArchitecture) {
    return switch (goArchitecture) {
      case "amd64" -> "SCMP_ARCH_X86_64";
      case "arm64" -> "SCMP_ARCH_AARCH64";
      default ->
          throw EngineException.notImplemented(
              "seccomp profiles are not supported on architecture %s", goArchitecture);
    };
  }

  /** Names that belong to a native architecture. */
  record ArchitectureMap(
      @Nullable @JsonProperty("architecture") String architecture,
      @Nullable @JsonProperty("subArchitectures") List<String> subArchitectures) {}

  /** One rule; {@code name} is the old single-name form. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Rule(
      @Nullable @JsonProperty("name") String name,
      @Nullable @JsonProperty("names") List<String> names,
      @Nullable @JsonProperty("action") String action,
      @Nullable @JsonProperty("errnoRet") Long errnoRet,
      @Nullable @JsonProperty("args") List<Argument> args,
      @Nullable @JsonProperty("includes") Condition includes,
      @Nullable @JsonProperty("excludes") Condition excludes) {

    static Rule allow(List<String> names, @Nullable List<Argument> args) {
      return new Rule(null, names, "SCMP_ACT_ALLOW", null, args, null, null);
    }

    boolean holds(Set<String> capabilities, String architecture, KernelVersion kernel) {
      return (includes == null || includes.includes(capabilities, architecture, kernel))
          && (excludes == null || !excludes.excludes(capabilities, architecture, kernel));
    }

    Rule bare() {
      List<String> all = names != null ? names : name == null ? List.of() : List.of(name);
      return new Rule(null, all, action, errnoRet, args, null, null);
    }
  }

  /** A comparison of one argument of the call. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Argument(
      @JsonProperty("index") int index,
      @JsonProperty("value") long value,
      @Nullable @JsonProperty("valueTwo") Long valueTwo,
      @JsonProperty("op") String op) {}

  /** When a rule holds. */
  record Condition(
      @Nullable @JsonProperty("caps") List<String> caps,
      @Nullable @JsonProperty("arches") List<String> arches,
      @Nullable @JsonProperty("minKernel") String minKernel) {

    boolean includes(Set<String> capabilities, String architecture, KernelVersion kernel) {
      return (arches == null || arches.isEmpty() || arches.contains(architecture))
          && (caps == null || capabilities.containsAll(caps))
          && (minKernel == null || kernel.atLeast(minKernel));
    }

    /** An exclusion holds as soon as one of its conditions does. */
    boolean excludes(Set<String> capabilities, String architecture, KernelVersion kernel) {
      return (arches != null && arches.contains(architecture))
          || (caps != null && caps.stream().anyMatch(capabilities::contains))
          || (minKernel != null && kernel.atLeast(minKernel));
    }
  }

  /** Major and minor number of a kernel. */
  record KernelVersion(int major, int minor) {
    /** Reads the head of a release such as {@code 6.1.0-18-amd64}. */
    static KernelVersion parse(String release) {
      String[] parts = release.split("[^0-9]+", 3);
      if (parts.length < 2 || parts[0].isEmpty() || parts[1].isEmpty()) {
        throw EngineException.invalid("'%s' is not a kernel version", release);
      }
      return new KernelVersion(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
    }

    boolean atLeast(String other) {
      KernelVersion least = parse(other);
      return major > least.major || (major == least.major && minor >= least.minor);
    }
  }
}
