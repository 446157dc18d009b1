package dev.priok.http.access;

import dev.priok.engine.Engine;
import dev.priok.http.access.Gatekeeper.Asked;
import dev.priok.http.access.Gatekeeper.Verdict;
import dev.priok.http.routing.Admission;
import dev.priok.http.routing.JsonReader;
import dev.priok.http.routing.Query;
import dev.priok.http.routing.Route;
import dev.priok.http.server.Exchange;
import dev.priok.http.server.Peer;
import dev.priok.model.error.EngineException;
import java.io.IOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Roles and the audit log, in front of every route; either can be without the other. */
public final class AccessControl implements Admission {
  private static final Logger LOG = LoggerFactory.getLogger(AccessControl.class);

  private final @Nullable Gatekeeper gatekeeper;
  private final @Nullable AuditLog audit;
  private final LocalUsers users = new LocalUsers();

  public AccessControl(Engine engine, @Nullable RolesFile roles, @Nullable AuditLog audit) {
    this.gatekeeper = roles == null ? null : new Gatekeeper(roles::inForce, engine);
    this.audit = audit;
  }

  @Override
  public Passed admit(Exchange exchange, Route route, String variable) throws IOException {
    Operation operation = Operation.of(route.method(), route.path());
    if (operation != null && operation.kind() == Operation.Kind.OPEN) {
      return Passed.unwatched(variable);
    }
    long began = System.nanoTime();
    Caller caller = caller(exchange.peer());
    Verdict verdict = decide(exchange, caller, operation, variable);
    String word = operation == null ? route.method() + " " + route.path() : operation.word();
    return switch (verdict) {
      case Verdict.Allowed allowed ->
          new Passed(
              allowed.target(),
              () -> note(caller, word, variable, allowed, "", exchange.status(), began),
              reason -> note(caller, word, variable, allowed, reason, 403, began));
      case Verdict.Denied denied -> {
        note(caller, word, variable, denied, denied.reason(), 403, began);
        LOG.info("refused {} to {}: {}", word, caller.name(), denied.reason());
        throw EngineException.forbidden("not allowed: %s", denied.reason());
      }
    };
  }

  private Verdict decide(
      Exchange exchange, Caller caller, @Nullable Operation operation, String variable)
      throws IOException {
    if (gatekeeper == null) {
      return new Verdict.Allowed("", variable);
    }
    return gatekeeper.decide(
        new Asked(
            caller,
            operation,
            variable,
            new Query(exchange.head().rawQuery()),
            new Gatekeeper.Bodies() {
              @Override
              public <T> @Nullable T read(Class<T> type) throws IOException {
                return JsonReader.read(exchange, type);
              }
            }));
  }

  private Caller caller(Peer peer) {
    return switch (peer) {
      case Peer.Local local -> users.of(local.uid());
      case Peer.Certified certified ->
          new Caller.Certified(certified.commonName(), certified.address());
      case Peer.Remote remote -> new Caller.Anonymous(remote.address());
    };
  }

  private void note(
      Caller caller,
      String operation,
      String target,
      Verdict verdict,
      String reason,
      int status,
      long began) {
    if (audit != null) {
      audit.write(
          new AuditLog.Line(
              Instant.now(),
              caller.name(),
              verdict.role(),
              operation,
              target,
              reason.isEmpty() ? "allowed" : "denied",
              reason,
              status,
              (System.nanoTime() - began) / 1_000));
    }
  }
}
