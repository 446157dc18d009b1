package dev.priok.http.access;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Says what roles.json means for somebody and an operation, without a daemon: who he is, which rule
 * gives him which role, and what of it decides.
 */
public final class ExplainVerdict {
  private final Roles roles;

  public ExplainVerdict(Roles roles) {
    this.roles = roles;
  }

  /**
   * What came out.
   *
   * @param allowed false: every such call is refused; true: those within the limits that the lines
   *     tell are not
   */
  public record Explanation(boolean allowed, List<String> lines) {}

  /**
   * Explains it for a user of this machine.
   *
   * @throws IllegalArgumentException for a user or an operation that is not known
   */
  public Explanation user(String name, String operation) {
    Caller.Local caller = LocalUsers.named(name);
    String groups = caller.groups().stream().sorted().collect(Collectors.joining(", "));
    return explain(
        caller, "user " + name + (groups.isEmpty() ? "" : " of the groups " + groups), operation);
  }

  /** As {@link #user}, for the owner of a certificate with that common name. */
  public Explanation certificate(String commonName, String operation) {
    Caller caller = new Caller.Certified(commonName, "");
    return explain(caller, caller.name(), operation);
  }

  /** As {@link #user}, for whoever comes over TCP without a certificate. */
  public Explanation anonymous(String operation) {
    return explain(new Caller.Anonymous(""), "nobody in particular", operation);
  }

  private Explanation explain(Caller caller, String who, String word) {
    Operation operation = operation(word);
    List<String> lines = new ArrayList<>();
    lines.add("caller:    " + who);
    lines.add("operation: " + operation.word());
    if (operation.kind() == Operation.Kind.OPEN) {
      lines.add("verdict:   allowed, as to everybody");
      return new Explanation(true, lines);
    }
    Roles.Binding binding = roles.binding(caller).orElse(null);
    if (binding == null) {
      lines.add("verdict:   refused: " + who + " has no role, and there is no default");
      return new Explanation(false, lines);
    }
    Role role = binding.role();
    lines.add("role:      " + role.name() + " (" + binding.place() + ")");
    String rule =
        role.operations().stream()
            .filter(o -> Role.matches(o, operation.word()))
            .findFirst()
            .orElse(null);
    if (rule == null) {
      lines.add("verdict:   refused: role " + role.name() + " has no " + operation.word());
      return new Explanation(false, lines);
    }
    lines.add("verdict:   allowed by the operation " + rule + " of the role");
    if (!role.isAdmin()) {
      limits(role, lines);
    }
    return new Explanation(true, lines);
  }

  private static void limits(Role role, List<String> lines) {
    String missing =
        Arrays.stream(Right.values())
            .filter(right -> !role.rights().contains(right))
            .map(Right::word)
            .collect(Collectors.joining(", "));
    if (!missing.isEmpty()) {
      lines.add("limits:    nothing that needs " + missing);
    }
    role.labels()
        .forEach(
            (key, value) -> lines.add("limits:    objects with the label " + key + "=" + value));
    if (!role.images().isEmpty()) {
      lines.add("limits:    images " + String.join(", ", role.images()));
    }
  }

  private static Operation operation(String word) {
    return Arrays.stream(Operation.values())
        .filter(o -> o.word().equals(word))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "no operation is named "
                    + word
                    + "; there are "
                    + Arrays.stream(Operation.values())
                        .map(Operation::word)
                        .distinct()
                        .collect(Collectors.joining(", "))));
  }
}
