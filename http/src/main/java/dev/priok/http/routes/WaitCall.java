package dev.priok.http.routes;

import dev.priok.engine.containers.Containers;
import dev.priok.engine.containers.Containers.WaitCondition;
import dev.priok.http.routing.Call;
import dev.priok.model.api.Json;
import dev.priok.model.api.container.ContainerWaitResponse;
import dev.priok.model.error.EngineException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /containers/{id}/wait}: from API 1.30 the head goes out as soon as the wait is set
 * up, and the docker command starts a container only when it has seen it.
 */
final class WaitCall {
  private final Containers containers;
  private @Nullable OutputStream out;

  WaitCall(Containers containers) {
    this.containers = containers;
  }

  void answer(Call call) throws Exception {
    boolean early = call.version().atLeast(30);
    WaitCondition condition = early ? condition(call) : WaitCondition.NOT_RUNNING;
    // Waiting holds nothing that an interrupt could damage, and nobody else would end it.
    Thread waiter = Thread.currentThread();
    call.exchange().onGone(waiter::interrupt);
    ContainerWaitResponse response =
        containers.await(
            call.name(),
            condition,
            () -> {
              if (early) {
                open(call);
              }
            });
    OutputStream opened = out;
    if (opened == null) {
      call.ok(response);
      return;
    }
    opened.write(
        (Json.mapper().writeValueAsString(response) + "\n")
            .getBytes(java.nio.charset.StandardCharsets.UTF_8));
    opened.close();
  }

  private void open(Call call) {
    try {
      out = call.stream("application/json");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static WaitCondition condition(Call call) {
    String text = call.query().text("condition");
    return switch (text) {
      case "", "not-running" -> WaitCondition.NOT_RUNNING;
      case "next-exit" -> WaitCondition.NEXT_EXIT;
      case "removed" -> WaitCondition.REMOVED;
      default -> throw EngineException.invalid("invalid condition: \"%s\"", text);
    };
  }
}
