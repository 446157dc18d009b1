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
    return add("GET", path, action, false);
  }

  /**
   * As {@link #get} for what is answered from memory and never waits, neither for a disk nor for a
   * lock that is held during slow work: without a query it runs on the event loop.
   */
  public RouteTable getAtOnce(String path, Route.Action action) {
    return add("GET", path, action, true);
  }

  public RouteTable head(String path, Route.Action action) {
    return add("HEAD", path, action, false);
  }

  public RouteTable post(String path, Route.Action action) {
    return add("POST", path, action, false);
  }

  public RouteTable put(String path, Route.Action action) {
    return add("PUT", path, action, false);
  }

  public RouteTable delete(String path, Route.Action action) {
    return add("DELETE", path, action, false);
  }

  private RouteTable add(String method, String path, Route.Action action, boolean atOnce) {
    byMethod
        .computeIfAbsent(method, m -> new ArrayList<>())
        .add(new Route(method, path, action, atOnce));
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
