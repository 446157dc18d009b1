package dev.priok.http.streams;

import dev.priok.engine.streams.MessageSink;
import dev.priok.http.routing.Call;
import dev.priok.model.api.Json;
import dev.priok.model.error.EngineException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A response of JSON objects, one a line. */
public final class JsonMessages<T> implements MessageSink<T> {
  private static final Logger LOG = LoggerFactory.getLogger(JsonMessages.class);

  private final Call call;
  private final Function<T, ?> shape;
  private @Nullable OutputStream out;

  /** What may fail after messages went out. */
  @FunctionalInterface
  public interface Work<T> {
    void run(MessageSink<T> sink) throws Exception;
  }

  private JsonMessages(Call call, Function<T, ?> shape) {
    this.call = call;
    this.shape = shape;
  }

  /**
   * Runs the work and ends the response. A failure before the first message is an ordinary error
   * response; a later one is told by {@code failure}'s message.
   *
   * @param shape what is sent for a message, which older API versions want otherwise
   */
  public static <T> void answer(
      Call call, Function<T, ?> shape, Function<String, ?> failure, Work<T> work) throws Exception {
    JsonMessages<T> sink = new JsonMessages<>(call, shape);
    try {
      work.run(sink);
      sink.open();
    } catch (EngineException e) {
      if (sink.out == null) {
        throw e;
      }
      LOG.debug("failed after the response had begun", e);
      sink.send(failure.apply(e.getMessage()));
    }
    OutputStream opened = sink.out;
    if (opened != null) {
      opened.close();
    }
  }

  @Override
  public synchronized void open() throws IOException {
    if (out == null) {
      out = call.stream("application/json");
    }
  }

  @Override
  public void emit(T message) throws IOException {
    Object shaped = shape.apply(message);
    if (shaped != null) {
      send(shaped);
    }
  }

  private synchronized void send(Object message) throws IOException {
    byte[] json = Json.mapper().writeValueAsBytes(message);
    byte[] line = Arrays.copyOf(json, json.length + 1);
    line[json.length] = '\n';
    OutputStream opened = out;
    if (opened == null) {
      opened = call.stream("application/json");
      out = opened;
    }
    opened.write(line);
  }

  @Override
  public void onGone(Runnable action) {
    call.exchange().onGone(action);
  }
}
