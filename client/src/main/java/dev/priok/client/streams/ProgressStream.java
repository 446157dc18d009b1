package dev.priok.client.streams;

import dev.priok.client.ApiException;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * Progress of a long operation. A failure after the first message cannot change the status line any
 * more, so it comes as a message; here it becomes the exception that it is.
 */
public final class ProgressStream implements Closeable {
  private final JsonStream<ProgressMessage> messages;

  /** Reads progress from {@code messages}. */
  public ProgressStream(JsonStream<ProgressMessage> messages) {
    this.messages = messages;
  }

  /**
   * The next message, or null when the operation has succeeded.
   *
   * @throws ApiException with status 500 when the operation failed
   */
  public @Nullable ProgressMessage next() throws IOException {
    ProgressMessage message = messages.next();
    String failure = message == null ? null : message.failure();
    if (failure != null) {
      throw new ApiException(500, failure);
    }
    return message;
  }

  /** Waits for the end and throws as {@link #next} does. */
  public void await() {
    try {
      ProgressMessage message = next();
      while (message != null) {
        message = next();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    messages.close();
  }
}
