package dev.priok.client.streams;

import dev.priok.client.wire.Response;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;

/** A connection that attach or exec took over: stdin one way, output the other. */
public final class HijackedStream implements Closeable {
  private final Response response;
  private final MultiplexedInput output;

  /** Takes over the connection of {@code response}; {@code tty} says how output is framed. */
  public HijackedStream(Response response, boolean tty) {
    this.response = response;
    String type = response.header("content-type");
    boolean multiplexed = "application/vnd.docker.multiplexed-stream".equals(type);
    this.output = new MultiplexedInput(response.body(), tty && !multiplexed, response);
  }

  /** The process's output. */
  public MultiplexedInput output() {
    return output;
  }

  /** The process's standard input, unbuffered. */
  public OutputStream stdin() {
    return response.connection().output();
  }

  /** Ends the process's standard input; its output goes on. */
  public void closeStdin() throws IOException {
    response.connection().shutdownOutput();
  }

  @Override
  public void close() throws IOException {
    response.close();
  }
}
