package dev.priok.engine.streams;

import java.io.IOException;

/**
 * A response of JSON objects, one a line: progress, events, statistics.
 *
 * <p>The response's head goes out with the first message or {@link #open}; an exception before that
 * is an ordinary error response, one after it is sent as an {@code errorDetail} message.
 */
public interface MessageSink<T> {
  /** Sends the head now, for calls whose clients wait for it before the first message. */
  void open() throws IOException;

  /** Sends one message and flushes; blocks while the client is slow; throws when it is gone. */
  void emit(T message) throws IOException;

  /** Runs an action once if the client goes away; at once if it has gone. */
  void onGone(Runnable action);
}
