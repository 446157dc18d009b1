package dev.priok.http.routing;

import dev.priok.http.server.Exchange;
import java.io.IOException;
import java.util.function.Consumer;

/** Decides about calls before they are made; see {@code dev.priok.http.access}. */
public interface Admission {

  /** Lets every call through, without a thought. */
  Admission OPEN = (exchange, route, variable) -> Passed.unwatched(variable);

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
   * @param refused runs instead where somebody who decides later does not let it through; takes his
   *     reason
   */
  record Passed(String variable, Runnable ended, Consumer<String> refused) {

    /** Nobody wants to know what becomes of it. */
    public static Passed unwatched(String variable) {
      return new Passed(variable, () -> {}, reason -> {});
    }
  }
}
