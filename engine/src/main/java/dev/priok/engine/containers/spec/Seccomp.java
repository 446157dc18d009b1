package dev.priok.engine.containers.spec;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.priok.engine.containers.spec.SeccompProfile.Argument;
import dev.priok.engine.containers.spec.SeccompProfile.KernelVersion;
import dev.priok.engine.containers.spec.SeccompProfile.Rule;
import dev.priok.model.error.EngineException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The {@code linux.seccomp} part of a configuration as JSON text.
 *
 * <p>The default profile depends on nothing but the capabilities, so its text is made once for each
 * set that occurs; writing it anew would be most of the work of a configuration.
 */
final class Seccomp {
  private static final JsonMapper MAPPER = new JsonMapper();

  private final HostFacts host;
  private final @Nullable String daemonProfile;
  private final Map<Set<String>, String> defaults = new ConcurrentHashMap<>();

  /** With the profile that the daemon has for containers that name none; null: the built-in one. */
  Seccomp(HostFacts host, @Nullable String daemonProfile) {
    this.host = host;
    this.daemonProfile = daemonProfile;
  }

  /** Null where no filter is to be installed. {@code option} is the value of seccomp=. */
  @Nullable String json(@Nullable String option, boolean privileged, Set<String> capabilities) {
    String asked = option == null || option.isEmpty() ? "" : option;
    if (privileged && (asked.isEmpty() || asked.equals("builtin"))) {
      return null;
    }
    if (asked.isEmpty() && daemonProfile != null) {
      asked = daemonProfile;
    }
    if (asked.equals("unconfined")) {
      return null;
    }
    String custom = asked.equals("builtin") ? "" : asked;
    if (!host.seccomp()) {
      if (!custom.isEmpty()) {
        throw EngineException.invalid(
            "seccomp is not enabled in your kernel, cannot run a custom seccomp profile");
      }
      return null;
    }
    if (!custom.isEmpty()) {
      return text(
          SeccompProfile.parse(custom)
              .effective(
                  capabilities, host.architecture(), KernelVersion.parse(host.kernelRelease())));
    }
    return defaults.computeIfAbsent(Set.copyOf(capabilities), c -> text(defaultProfile(c)));
  }

  private SeccompProfile defaultProfile(Set<String> capabilities) {
    List<Rule> rules = new ArrayList<>();
    List<String> names = new ArrayList<>(words(SeccompTable.ALWAYS));
    names.addAll(words(SeccompTable.BY_ARCHITECTURE.getOrDefault(host.architecture(), "")));
    SeccompTable.BY_CAPABILITY.forEach((capability, calls) -> {
      if (capabilities.contains(capability)) {
        words(calls).stream().filter(c -> !names.contains(c)).forEach(names::add);
      }
    });
    rules.add(Rule.allow(names, null));
    rules.add(when("socket", 0, SeccompTable.AF_ALG, null, "SCMP_CMP_LT"));
    rules.add(when("socket", 0, SeccompTable.AF_ALG + 1, null, "SCMP_CMP_EQ"));
    rules.add(when("socket", 0, SeccompTable.AF_VSOCK, null, "SCMP_CMP_GT"));
    for (long personality : SeccompTable.PERSONALITIES) {
      rules.add(when("personality", 0, personality, null, "SCMP_CMP_EQ"));
    }
    if (!capabilities.contains("CAP_SYS_ADMIN")) {
      rules.add(when("clone", 0, SeccompTable.CLONE_NAMESPACE_FLAGS, 0L, "SCMP_CMP_MASKED_EQ"));
      // clone3 passes its flags in memory, where a filter cannot look: ENOSYS (38) makes the C
      // libraries fall back to clone.
      rules.add(new Rule(null, List.of("clone3"), "SCMP_ACT_ERRNO", 38L, null, null, null));
    }
    List<String> architectures =
        host.architecture().equals("amd64")
            ? List.of("SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32")
            : List.of(SeccompProfile.seccompName(host.architecture()), "SCMP_ARCH_ARM");
    return new SeccompProfile("SCMP_ACT_ERRNO", 1L, architectures, null, null, null, null, rules);
  }

  private static Rule when(
      String call, int index, long value, @Nullable Long valueTwo, String operator) {
    return Rule.allow(List.of(call), List.of(new Argument(index, value, valueTwo, operator)));
  }

  private static List<String> words(String text) {
    return text.isBlank() ? List.of() : List.of(text.strip().split("\\s+"));
  }

  private static String text(SeccompProfile profile) {
    try {
      return MAPPER.writeValueAsString(profile);
    } catch (JsonProcessingException e) {
      throw EngineException.internal("writing the seccomp profile failed", e);
    }
  }
}
