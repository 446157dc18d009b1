package dev.priok.engine.streams;

import java.io.IOException;

/**
 * Turns a call's response into a stream.
 *
 * <p>Until {@link #open} an exception becomes an ordinary error response; after it the only way to
 * tell the client something is through the stream. So a service checks everything first, then
 * opens.
 */
@FunctionalInterface
public interface StreamUpgrade {
  ClientStream open(Framing framing) throws IOException;
}
