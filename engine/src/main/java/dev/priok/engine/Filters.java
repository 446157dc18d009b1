package dev.priok.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.priok.model.api.Json;
import dev.priok.model.error.EngineException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The {@code filters} query parameter: names, each with the values of which one must hold.
 *
 * <p>Clients send it in two shapes: {@code {"name":["a","b"]}}, and the older {@code
 * {"name":{"a":true}}} that the docker command still sends.
 */
public record Filters(Map<String, List<String>> byName) {
  public static final Filters NONE = new Filters(Map.of());

  /** Reads the parameter's JSON; null or empty text means no filters. */
  public static Filters parse(@Nullable String json) {
    if (json == null || json.isEmpty()) {
      return NONE;
    }
    JsonNode root;
    try {
      root = Json.mapper().readTree(json);
    } catch (JsonProcessingException e) {
      throw EngineException.invalid("invalid filter: %s", e.getOriginalMessage());
    }
    if (!root.isObject()) {
      throw EngineException.invalid("invalid filter");
    }
    Map<String, List<String>> result = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> field : root.properties()) {
      List<String> values = new ArrayList<>();
      JsonNode node = field.getValue();
      if (node.isArray()) {
        node.forEach(v -> values.add(v.asText()));
      } else if (node.isObject()) {
        for (Map.Entry<String, JsonNode> value : node.properties()) {
          if (value.getValue().asBoolean()) {
            values.add(value.getKey());
          }
        }
      } else {
        throw EngineException.invalid("invalid filter");
      }
      result.put(field.getKey(), List.copyOf(values));
    }
    return new Filters(Map.copyOf(result));
  }

  /** Refuses names that the resource does not know, with Docker's sentence. */
  public Filters allowing(Set<String> known) {
    for (String name : byName.keySet()) {
      if (!known.contains(name)) {
        throw EngineException.invalid("invalid filter '%s'", name);
      }
    }
    return this;
  }

  public boolean has(String name) {
    return !values(name).isEmpty();
  }

  public List<String> values(String name) {
    return byName.getOrDefault(name, List.of());
  }

  /** True where the filter is absent or one of its values equals {@code value}. */
  public boolean exact(String name, String value) {
    return !has(name) || values(name).contains(value);
  }

  /** The filter's one value as a boolean, or null where it is absent. */
  public @Nullable Boolean flag(String name) {
    if (!has(name)) {
      return null;
    }
    if (values(name).size() > 1) {
      throw EngineException.invalid("invalid filter '%s=%s'", name, values(name));
    }
    return switch (values(name).getFirst()) {
      case "1", "true", "True", "TRUE", "t", "T" -> true;
      case "0", "false", "False", "FALSE", "f", "F" -> false;
      default -> throw EngineException.invalid("invalid filter '%s=%s'", name, values(name));
    };
  }

  /** True where every filter on labels, {@code key} or {@code key=value}, holds. */
  public boolean labels(Map<String, String> labels) {
    return matchesAll("label", labels) && matchesNone("label!", labels);
  }

  private boolean matchesAll(String name, Map<String, String> labels) {
    return values(name).stream().allMatch(v -> holds(v, labels));
  }

  private boolean matchesNone(String name, Map<String, String> labels) {
    return values(name).stream().noneMatch(v -> holds(v, labels));
  }

  private static boolean holds(String wanted, Map<String, String> labels) {
    int equals = wanted.indexOf('=');
    if (equals < 0) {
      return labels.containsKey(wanted);
    }
    return wanted.substring(equals + 1).equals(labels.get(wanted.substring(0, equals)));
  }
}
