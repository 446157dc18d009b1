package dev.priok.http.routing;

import dev.priok.http.server.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Every call of the API in the log, while that logs at level debug. */
final class CallLog {
  private static final Logger LOG = LoggerFactory.getLogger(CallLog.class);

  private CallLog() {}

  /** At the start, so that a call that hangs can be seen. */
  static void begun(Exchange exchange) {
    if (LOG.isDebugEnabled()) {
      LOG.debug(
          "handling {} request: {} from {}",
          exchange.head().method(),
          HideSecrets.inTarget(exchange.head().target()),
          exchange.peerName());
    }
  }

  /** At the end, with what a JSON body said. Headers are left out: credentials travel in them. */
  static void ended(Exchange exchange, String outcome, long nanos) {
    if (LOG.isDebugEnabled()) {
      byte[] body = exchange.shortBodyRead();
      LOG.debug(
          "{} {} from {}: status {}, {} ms: {}{}",
          exchange.head().method(),
          HideSecrets.inTarget(exchange.head().target()),
          exchange.peerName(),
          exchange.status(),
          Math.round(nanos / 10_000.0) / 100.0,
          outcome,
          body.length == 0 ? "" : "; form data " + HideSecrets.inJson(body));
    }
  }
}
