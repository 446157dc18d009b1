package dev.priok.http.routing;

import dev.priok.engine.system.OpenCalls;
import dev.priok.http.server.Exchange;
import dev.priok.http.server.Handler;
import dev.priok.http.server.Headers;
import dev.priok.http.server.MalformedRequestException;
import dev.priok.http.server.RequestHead;
import dev.priok.model.api.system.ErrorResponse;
import dev.priok.model.error.EngineException;
import dev.priok.model.error.ErrorKind;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the route of a request, and turns what it throws into the API's error responses. */
public final class Router implements Handler {
  private static final Logger LOG = LoggerFactory.getLogger(Router.class);

  private final RouteTable routes;
  private final String serverName;
  private final OpenCalls calls;
  private final String experimental;
  private final Admission admission;
  private final CallObserver observer;

  /** {@code serverName} is the value of the Server header: {@code Priok/0.1.0 (linux)}. */
  public Router(
      RouteTable routes,
      String serverName,
      boolean experimental,
      OpenCalls calls,
      Admission admission,
      CallObserver observer) {
    this.observer = observer;
    this.experimental = Boolean.toString(experimental);
    this.admission = admission;
    this.routes = routes;
    this.serverName = serverName;
    this.calls = calls;
  }

  @Override
  public void handle(Exchange exchange) throws IOException {
    long started = System.nanoTime();
    String outcome = "ok";
    RouteTable.Match match = null;
    // Not before a refusal has gone out: the audit log tells its status.
    List<Runnable> afterwards = new ArrayList<>(1);
    CallLog.begun(exchange);
    try {
      match = find(exchange.head());
      route(exchange, match, afterwards);
    } catch (EngineException e) {
      outcome = e.kind() + ": " + e.getMessage();
      if (e.kind() == ErrorKind.INTERNAL) {
        report(exchange, e);
      }
      refuse(exchange, e.kind().status(), e.getMessage(), e);
    } catch (UncheckedIOException e) {
      outcome = e.toString();
      IOException cause = e.getCause();
      refuse(exchange, cause == null ? new IOException(e) : cause);
    } catch (IOException e) {
      outcome = e.toString();
      refuse(exchange, e);
    } catch (Exception e) {
      outcome = e.toString();
      report(exchange, e);
      refuse(exchange, ErrorKind.INTERNAL.status(), message(e), e);
    } finally {
      afterwards.forEach(Runnable::run);
      long nanos = System.nanoTime() - started;
      CallLog.ended(exchange, outcome, nanos);
      observer.answered(
          new CallObserver.Ended(
              exchange.head().method(),
              match == null ? CallObserver.UNKNOWN : match.route().path(),
              exchange.status(),
              nanos,
              exchange.head().headers()));
    }
  }

  @Override
  public boolean atOnce(RequestHead head) {
    if (!admission.equals(Admission.OPEN)
        || !head.method().equals("GET")
        || !head.rawQuery().isEmpty()) {
      return false;
    }
    try {
      RouteTable.Match match = routes.find("GET", Target.of(head).path());
      return match != null && match.route().atOnce();
    } catch (EngineException e) {
      // Refused by handle, in its own words.
      return false;
    }
  }

  /** A body that is malformed, cut off, or cannot be read because its sender is gone. */
  private void refuse(Exchange exchange, IOException e) throws IOException {
    if (e instanceof MalformedRequestException) {
      throw e;
    }
    boolean truncated = e instanceof EOFException;
    if (!truncated && !(e instanceof InterruptedIOException)) {
      report(exchange, e);
    }
    ErrorKind kind = truncated ? ErrorKind.INVALID : ErrorKind.INTERNAL;
    refuse(exchange, kind.status(), message(e), e);
  }

  /** With a stack where something failed; some refusals of a user have Docker's status 500 too. */
  private static void report(Exchange exchange, Exception e) {
    if (exchange.clientGone()) {
      return;
    }
    String method = exchange.head().method();
    String path = exchange.head().rawPath();
    if (e instanceof EngineException && e.getCause() == null) {
      LOG.warn("{} {}: {}", method, path, e.getMessage());
    } else {
      LOG.error("{} {} failed", method, path, e);
    }
  }

  private RouteTable.@Nullable Match find(RequestHead head) {
    return head.method().equals("OPTIONS")
        ? null
        : routes.find(head.method(), Target.of(head).path());
  }

  private void route(Exchange exchange, RouteTable.@Nullable Match match, List<Runnable> afterwards)
      throws Exception {
    RequestHead head = exchange.head();
    String version = Target.of(head).version();
    boolean options = head.method().equals("OPTIONS");
    if (match == null && !options) {
      // A known path with another method is answered the same by Docker (MethodNotAllowedHandler).
      throw EngineException.notFound("page not found");
    }
    ApiVersion wanted =
        version == null ? ApiVersion.NEWEST : ApiVersion.parse(version).inWindow(version);
    if (match == null) {
      exchange.respond(200, headers(), new byte[0]);
      return;
    }
    Admission.Passed passed = admission.admit(exchange, match.route(), match.variable());
    afterwards.add(passed.ended());
    answer(match.route(), new Call(exchange, wanted, passed.variable(), headers()));
  }

  private void answer(Route route, Call call) throws Exception {
    if (route.waits() || route.atOnce()) {
      route.action().answer(call);
    } else {
      RequestHead head = call.exchange().head();
      String name = head.method() + " " + head.target();
      try (OpenCalls.Open _ = route.transfers() ? calls.beginTransfer(name) : calls.begin(name)) {
        route.action().answer(call);
      }
    }
  }

  /** A path without its version; {@code version} is null where the client named none. */
  private record Target(String path, @Nullable String version) {
    private static final Pattern VERSIONED = Pattern.compile("/v([0-9.]+)(/.*)");
    private static final Pattern SLASHES = Pattern.compile("//+");

    static Target of(RequestHead head) {
      String path = Query.decode(head.rawPath(), false);
      if (path.contains("//")) {
        // Names with a leading slash make double ones: /containers//web/json. Go's router cleans
        // the path too (by a redirect, which no API client wants to follow).
        path = SLASHES.matcher(path).replaceAll("/");
      }
      Matcher versioned = VERSIONED.matcher(path);
      return versioned.matches()
          ? new Target(versioned.group(2), versioned.group(1))
          : new Target(path, null);
    }
  }

  private Headers headers() {
    return new Headers()
        .add("Api-Version", ApiVersion.NEWEST.toString())
        .add("Docker-Experimental", experimental)
        .add("Ostype", "linux")
        .add("Server", serverName);
  }

  private void refuse(Exchange exchange, int status, String message, Exception why)
      throws IOException {
    if (exchange.committed()) {
      // Too late for a status: the connection is cut, so that the client sees a failure.
      throw new IOException("failed after the response had begun", why);
    }
    Call call = new Call(exchange, ApiVersion.NEWEST, "", headers());
    if (status == ErrorKind.NOT_MODIFIED.status()) {
      call.empty(status);
    } else {
      call.reply(status, new ErrorResponse(message));
    }
  }

  private static String message(Exception e) {
    @Nullable String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }
}
