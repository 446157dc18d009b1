package dev.priok.tests.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One operation of the specification ({@code tests/fuzz/from-spec.py} writes the list).
 *
 * @param query parameters and their types
 * @param body the body's schema; missing where there is none
 * @param statuses that the specification names
 */
record Operation(
    String method, String path, Map<String, String> query, JsonNode body, Set<Integer> statuses) {

  /** Answers of these go on until somebody leaves. */
  private static final Set<String> ENDLESS =
      Set.of(
          "/events",
          "/containers/{id}/logs",
          "/containers/{id}/stats",
          "/containers/{id}/attach",
          "/containers/{id}/attach/ws",
          "/containers/{id}/wait",
          "/exec/{id}/start",
          "/session");

  static List<Operation> all() {
    try (InputStream in = Operation.class.getResourceAsStream("operations.json")) {
      List<Operation> all = new ArrayList<>();
      for (JsonNode one : new JsonMapper().readTree(Objects.requireNonNull(in))) {
        Map<String, String> query = new TreeMap<>();
        one.path("query").properties().forEach(e -> query.put(e.getKey(), e.getValue().asText()));
        Set<Integer> statuses = new TreeSet<>();
        one.path("statuses").forEach(s -> statuses.add(s.asInt()));
        all.add(
            new Operation(
                one.path("method").asText(),
                one.path("path").asText(),
                query,
                one.path("body"),
                statuses));
      }
      return all;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Swarm mode and managed plugins, which have one answer each so far. */
  boolean isOfSwarm() {
    return path.matches("/(nodes|swarm|services|tasks|secrets|configs|plugins).*");
  }

  boolean isEndless() {
    return ENDLESS.contains(path);
  }

  @Override
  public String toString() {
    return method + " " + path;
  }
}
