package dev.priok.http.routing;

import org.jspecify.annotations.Nullable;

/**
 * A method and a path of the API, and what answers it.
 *
 * <p>A path has at most one variable, written {@code {}}. It may span slashes, because image names
 * do: {@code /images/{}/json} takes {@code /images/localhost:5000/a/b/json}.
 */
public final class Route {
  private final String method;
  private final String before;
  private final @Nullable String after;
  private final Action action;
  private final boolean atOnce;

  /** Answers a call; a thrown EngineException becomes the error response. */
  @FunctionalInterface
  public interface Action {
    void answer(Call call) throws Exception;
  }

  /** {@code atOnce}: answered from memory, on the event loop; see {@link RouteTable#getAtOnce}. */
  Route(String method, String path, Action action, boolean atOnce) {
    this.method = method;
    this.action = action;
    this.atOnce = atOnce;
    int variable = path.indexOf("{}");
    this.before = variable < 0 ? path : path.substring(0, variable);
    this.after = variable < 0 ? null : path.substring(variable + 2);
  }

  /** As it was written: {@code /containers/{}/json}. */
  String pattern() {
    return after == null ? before : before + "{}" + after;
  }

  String method() {
    return method;
  }

  boolean atOnce() {
    return atOnce;
  }

  Action action() {
    return action;
  }

  /** The variable's value, empty for a path without one; null where the path does not match. */
  @Nullable String match(String path) {
    if (after == null) {
      return path.equals(before) ? "" : null;
    }
    int length = path.length() - before.length() - after.length();
    return length > 0 && path.startsWith(before) && path.endsWith(after)
        ? path.substring(before.length(), before.length() + length)
        : null;
  }
}
