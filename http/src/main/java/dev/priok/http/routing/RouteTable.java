package dev.priok.http.routing;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All routes; of several that match a path the one added first answers. */
public final class RouteTable {
  private final Map<String, List<Route>> byMethod = new HashMap<>();

  /** Adds a group of routes to a table. */
  public interface Group {
    void addTo(RouteTable table);
  }

  public RouteTable with(Group group) {
    group.addTo(this);
    return this;
  }

  public RouteTable get(String path, Route.Action action) {
    return add("GET", path, action);
  }

  public RouteTable head(String path, Route.Action action) {
    return add("HEAD", path, action);
  }

  public RouteTable post(String path, Route.Action action) {
    return add("POST", path, action);
  }

  public RouteTable put(String path, Route.Action action) {
    return add("PUT", path, action);
  }

  public RouteTable delete(String path, Route.Action action) {
    return add("DELETE", path, action);
  }

  private RouteTable add(String method, String path, Route.Action action) {
    byMethod.computeIfAbsent(method, m -> new ArrayList<>()).add(new Route(method, path, action));
    return this;
  }

  @Nullable Match find(String method, String path) {
    for (Route route : byMethod.getOrDefault(method, List.of())) {
      String variable = route.match(path);
      if (variable != null) {
        return new Match(route, variable);
      }
    }
    return null;
  }

  record Match(Route route, String variable) {}
}
