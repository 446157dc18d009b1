package dev.priok.http.routing;

import dev.priok.http.server.Exchange;
import java.io.IOException;

/** Decides about calls before they are made; see {@code dev.priok.http.access}. */
public interface Admission {

  /** Lets every call through, without a thought. */
  Admission OPEN = (exchange, route, variable) -> new Passed(variable, () -> {});

  /**
   * Lets a call through or refuses it.
   *
   * @throws dev.priok.model.error.EngineException of kind FORBIDDEN where it may not be made
   */
  Passed admit(Exchange exchange, Route route, String variable) throws IOException;

  /**
   * A call that may be made.
   *
   * @param variable what it is about: the id of what was looked at, where that is another name
   * @param ended runs once the call was answered, or failed
   */
  record Passed(String variable, Runnable ended) {}
}
