package dev.priok.host.runtime;

import com.fasterxml.jackson.databind.JsonNode;
import dev.priok.kernel.seccomp.CompileFilter;
import dev.priok.kernel.seccomp.FilterAction;
import dev.priok.kernel.seccomp.FilterRule;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Reads a {@code linux.seccomp} object (runtime specification, config-linux.md#seccomp). */
final class SeccompRules {
  private static final List<String> OPERATORS =
      List.of(
          "",
          "SCMP_CMP_NE",
          "SCMP_CMP_LT",
          "SCMP_CMP_LE",
          "SCMP_CMP_EQ",
          "SCMP_CMP_GE",
          "SCMP_CMP_GT",
          "SCMP_CMP_MASKED_EQ");

  private SeccompRules() {}

  /** Empty where it asks for something that only an OCI runtime does here. */
  static Optional<SeccompFilters.Filter> compile(JsonNode seccomp) throws IOException {
    if (seccomp.has("listenerPath")) {
      return Optional.empty();
    }
    OptionalInt otherwise = action(seccomp, "defaultAction", "defaultErrnoRet");
    OptionalInt flags = flags(seccomp.path("flags"));
    List<FilterRule> rules = new ArrayList<>();
    for (JsonNode rule : seccomp.path("syscalls")) {
      FilterRule read = rule(rule);
      if (read == null) {
        return Optional.empty();
      }
      rules.add(read);
    }
    if (otherwise.isEmpty() || flags.isEmpty()) {
      return Optional.empty();
    }
    List<String> architectures = new ArrayList<>();
    for (JsonNode name : seccomp.path("architectures")) {
      architectures.add(name.asText("").replaceFirst("^SCMP_ARCH_", "").toLowerCase(Locale.ROOT));
    }
    byte[] program = CompileFilter.compile(otherwise.getAsInt(), architectures, rules);
    return Optional.of(new SeccompFilters.Filter(program, flags.getAsInt()));
  }

  private static @Nullable FilterRule rule(JsonNode node) {
    OptionalInt action = action(node, "action", "errnoRet");
    if (action.isEmpty()) {
      return null;
    }
    List<String> names = new ArrayList<>();
    node.path("names").forEach(n -> names.add(n.asText("")));
    List<FilterRule.Condition> conditions = new ArrayList<>();
    for (JsonNode argument : node.path("args")) {
      int operator = OPERATORS.indexOf(argument.path("op").asText("?"));
      if (operator < 1) {
        return null;
      }
      conditions.add(
          new FilterRule.Condition(
              argument.path("index").asInt(),
              operator,
              argument.path("value").bigIntegerValue().longValue(),
              argument.path("valueTwo").bigIntegerValue().longValue()));
    }
    return new FilterRule(names, action.getAsInt(), conditions);
  }

  private static OptionalInt action(JsonNode node, String name, String errno) {
    return FilterAction.of(
        node.path(name).asText(""), node.has(errno) ? node.path(errno).asInt() : null);
  }

  private static OptionalInt flags(JsonNode names) {
    int flags = 0;
    for (JsonNode name : names) {
      switch (name.asText("")) {
        case "SECCOMP_FILTER_FLAG_TSYNC" -> flags |= 1;
        case "SECCOMP_FILTER_FLAG_LOG" -> flags |= 2;
        case "SECCOMP_FILTER_FLAG_SPEC_ALLOW" -> flags |= 4;
        default -> {
          return OptionalInt.empty();
        }
      }
    }
    return OptionalInt.of(flags);
  }
}
