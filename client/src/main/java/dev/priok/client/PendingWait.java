package dev.priok.client;

import dev.priok.client.wire.Response;
import dev.priok.model.api.Json;
import dev.priok.model.api.container.ContainerWaitResponse;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;

/** A wait that the engine has taken up; the answer's body comes when the condition holds. */
public final class PendingWait implements Closeable {
  private final Response response;

  PendingWait(Response response) {
    this.response = response;
  }

  /** Waits for the condition and answers the exit code. */
  public ContainerWaitResponse result() {
    try (response) {
      return Json.mapper().readValue(response.body(), ContainerWaitResponse.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    response.close();
  }
}
