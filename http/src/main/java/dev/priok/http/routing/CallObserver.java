package dev.priok.http.routing;

import dev.priok.http.server.Headers;

/** Is told of the end of every call; called on the thread that answered, so it must be quick. */
@FunctionalInterface
public interface CallObserver {
  /** The pattern of calls that no route answers. */
  String UNKNOWN = "unknown";

  /** Nobody watches. */
  CallObserver NONE = call -> {};

  /**
   * A call that is over.
   *
   * @param method as sent; any text where the pattern is {@link #UNKNOWN}
   * @param pattern the route's: {@code /containers/{}/json}
   * @param status of the response; 0 where the client left before there was one
   * @param nanos from the request's head to the end of the response
   * @param headers of the request
   */
  record Ended(String method, String pattern, int status, long nanos, Headers headers) {}

  void answered(Ended call);

  /** Tells another one too. */
  default CallObserver and(CallObserver other) {
    return call -> {
      answered(call);
      other.answered(call);
    };
  }
}
