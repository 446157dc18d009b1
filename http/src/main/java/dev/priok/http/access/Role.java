package dev.priok.http.access;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What somebody may do.
 *
 * @param operations words of {@link Operation}, with {@code *} for any part: {@code container.*}
 * @param rights what its containers may be on the host
 * @param labels containers, volumes and networks it may touch or make have all of these
 * @param images names it may use, with {@code *}; empty: any
 */
public record Role(
    String name,
    List<String> operations,
    Set<Right> rights,
    Map<String, String> labels,
    List<String> images) {

  public static final Role VIEWER = of("viewer", Operation.Kind.READ);
  public static final Role OPERATOR =
      of("operator", Operation.Kind.READ, Operation.Kind.OPERATE, Operation.Kind.PULL);
  public static final Role BUILDER =
      of("builder", Operation.Kind.READ, Operation.Kind.BUILD, Operation.Kind.PULL);
  public static final Role ADMIN =
      new Role("admin", List.of("*"), EnumSet.allOf(Right.class), Map.of(), List.of());
  static final List<Role> BUILT_IN = List.of(VIEWER, OPERATOR, BUILDER, ADMIN);

  private static Role of(String name, Operation.Kind... kinds) {
    Set<Operation.Kind> wanted = Set.of(kinds);
    List<String> words =
        java.util.Arrays.stream(Operation.values())
            .filter(o -> wanted.contains(o.kind()))
            .map(Operation::word)
            .toList();
    return new Role(name, words, EnumSet.noneOf(Right.class), Map.of(), List.of());
  }

  boolean mayDo(Operation operation) {
    return operation.kind() == Operation.Kind.OPEN
        || operations.stream().anyMatch(o -> matches(o, operation.word()));
  }

  boolean isAdmin() {
    return operations.contains("*")
        && rights.size() == Right.values().length
        && labels.isEmpty()
        && images.isEmpty();
  }

  boolean mayUseImage(String image) {
    return images.isEmpty() || images.stream().anyMatch(i -> matches(i, image));
  }

  /** A star stands for any text. */
  static boolean matches(String pattern, String text) {
    String[] parts = pattern.split("\\*", -1);
    if (parts.length == 1) {
      return pattern.equals(text);
    }
    if (!text.startsWith(parts[0])) {
      return false;
    }
    int at = parts[0].length();
    for (int i = 1; i < parts.length - 1; i++) {
      int found = text.indexOf(parts[i], at);
      if (found < 0) {
        return false;
      }
      at = found + parts[i].length();
    }
    String last = parts[parts.length - 1];
    return text.length() - at >= last.length() && text.endsWith(last);
  }
}
