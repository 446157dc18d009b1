package dev.priok.http.access;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The roles, and who has which: roles.json.
 *
 * <p>Users of this machine by name, then by the first of their groups that is named; clients over
 * TLS by the common name of their certificate; {@code default} for all others, who are refused
 * without it. Root on the unix socket is always {@code admin}.
 */
public final class Roles {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          // Of two members with one name a reader might mean the other.
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  private final Map<String, Role> byName;
  private final Document document;

  private Roles(Map<String, Role> byName, Document document) {
    this.byName = byName;
    this.document = document;
  }

  /** The file's form; whatever is missing is empty. */
  record Document(
      @Nullable Map<String, String> users,
      @Nullable Map<String, String> groups,
      @Nullable Map<String, String> certificates,
      com.fasterxml.jackson.databind.@Nullable JsonNode comment,
      @com.fasterxml.jackson.annotation.JsonProperty("default") @Nullable String others,
      @Nullable Map<String, Definition> roles) {}

  /** One role of the file: those of {@code from}, and more. */
  record Definition(
      @Nullable String from,
      @Nullable List<String> operations,
      @Nullable List<String> rights,
      @Nullable Map<String, String> labels,
      @Nullable List<String> images) {}

  /**
   * Reads the file.
   *
   * @throws IOException with a sentence that names the place, where it cannot be understood whole:
   *     a role that is half understood would let somebody in
   */
  public static Roles read(Path file) throws IOException {
    try {
      return of(JSON.readValue(Files.readAllBytes(file), Document.class));
    } catch (JsonProcessingException e) {
      String where =
          e.getLocation() == null
              ? ""
              : " line %d, column %d:"
                  .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
      throw new IOException(file + ":" + where + " " + e.getOriginalMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }

  static Roles of(Document document) {
    Map<String, Role> all = new LinkedHashMap<>();
    Role.BUILT_IN.forEach(r -> all.put(r.name(), r));
    Map<String, Definition> own = document.roles() == null ? Map.of() : document.roles();
    for (Map.Entry<String, Definition> entry : own.entrySet()) {
      if (all.containsKey(entry.getKey())) {
        throw new IllegalArgumentException("role " + entry.getKey() + " is there already");
      }
      all.put(entry.getKey(), role(entry.getKey(), entry.getValue(), all));
    }
    for (Map<String, String> binding :
        Arrays.asList(document.users(), document.groups(), document.certificates())) {
      if (binding != null) {
        binding.values().forEach(role -> known(role, all));
      }
    }
    if (document.others() != null) {
      known(document.others(), all);
    }
    return new Roles(Map.copyOf(all), document);
  }

  private static Role known(String name, Map<String, Role> all) {
    Role role = all.get(name);
    if (role == null) {
      throw new IllegalArgumentException(
          "no role " + name + "; there are " + String.join(", ", all.keySet()));
    }
    return role;
  }

  private static Role role(String name, Definition definition, Map<String, Role> before) {
    List<String> operations = new ArrayList<>();
    Set<Right> rights = EnumSet.noneOf(Right.class);
    Map<String, String> labels = new LinkedHashMap<>();
    List<String> images = new ArrayList<>();
    if (definition.from() != null) {
      Role parent = known(definition.from(), before);
      operations.addAll(parent.operations());
      rights.addAll(parent.rights());
      labels.putAll(parent.labels());
      images.addAll(parent.images());
    }
    for (String word :
        definition.operations() == null ? List.<String>of() : definition.operations()) {
      if (Arrays.stream(Operation.values()).noneMatch(o -> Role.matches(word, o.word()))) {
        throw new IllegalArgumentException("role " + name + ": no operation is named " + word);
      }
      operations.add(word);
    }
    for (String word : definition.rights() == null ? List.<String>of() : definition.rights()) {
      rights.add(right(name, word));
    }
    if (definition.labels() != null) {
      labels.putAll(definition.labels());
    }
    if (definition.images() != null) {
      images.clear();
      images.addAll(definition.images());
    }
    return new Role(
        name, List.copyOf(operations), Set.copyOf(rights), Map.copyOf(labels), List.copyOf(images));
  }

  private static Right right(String role, String word) {
    return Arrays.stream(Right.values())
        .filter(r -> r.word().equals(word))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "role "
                    + role
                    + ": no right is named "
                    + word
                    + "; there are "
                    + Arrays.stream(Right.values())
                        .map(Right::word)
                        .collect(Collectors.joining(", "))));
  }

  /** A caller's role, and where the file says so. */
  record Binding(Role role, String place) {}

  /** Empty where the caller has none, and so may do nothing. */
  Optional<Role> of(Caller caller) {
    return binding(caller).map(Binding::role);
  }

  Optional<Binding> binding(Caller caller) {
    Optional<Binding> own =
        switch (caller) {
          case Caller.Local local ->
              local.isRoot()
                  ? Optional.of(new Binding(Role.ADMIN, "root is always admin"))
                  : local(local);
          case Caller.Certified certified ->
              bound("certificates", document.certificates(), certified.commonName());
          case Caller.Anonymous anonymous -> Optional.empty();
        };
    String others = document.others();
    return own.isEmpty() && others != null
        ? Optional.ofNullable(byName.get(others)).map(role -> new Binding(role, "default"))
        : own;
  }

  private Optional<Binding> local(Caller.Local caller) {
    Optional<Binding> own = bound("users", document.users(), caller.user());
    Map<String, String> groups = document.groups();
    if (own.isPresent() || groups == null) {
      return own;
    }
    return groups.keySet().stream()
        .filter(caller.groups()::contains)
        .findFirst()
        .flatMap(group -> bound("groups", groups, group));
  }

  private Optional<Binding> bound(
      String member, @Nullable Map<String, String> binding, String name) {
    String role = binding == null ? null : binding.get(name);
    return role == null
        ? Optional.empty()
        : Optional.ofNullable(byName.get(role))
            .map(found -> new Binding(found, member + "." + name));
  }
}
