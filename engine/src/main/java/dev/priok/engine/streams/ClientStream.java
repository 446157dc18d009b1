package dev.priok.engine.streams;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;

/**
 * A client on the other end of an attach, exec or logs call.
 *
 * <p>Life cycle: {@link StreamUpgrade#open} sends the response's head and gives the stream; the
 * engine then writes output and reads input, from different threads if it likes; {@link #close}
 * ends the response. Every method throws {@link IOException} once the client is gone.
 */
public interface ClientStream extends Closeable {
  /**
   * What the client sends; ends when the client shuts down its sending side. Empty at once where
   * the call has no input.
   */
  InputStream input();

  /** Sends a piece of output; blocks while the client is slow. The array is not kept. */
  void write(StdStream stream, byte[] bytes, int offset, int length) throws IOException;

  /**
   * Waits until the client has read the response's head, where that can be told, for a moment at
   * most. For output that is there already: docker-py reads the head through a buffer and what
   * follows past it, so bytes that come together with the head are lost to it.
   */
  default void awaitHeadRead() throws IOException {}

  /** Sends what is buffered, ends the response and, for a hijacked stream, the connection. */
  @Override
  void close() throws IOException;

  /** Runs an action once if the client goes away; at once if it has gone. */
  void onGone(Runnable action);
}
