package dev.priok.host.runtime;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.priok.kernel.call.Errno;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.Io;
import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.event.EventLoop;
import dev.priok.kernel.event.Registration;
import dev.priok.kernel.process.Children;
import dev.priok.model.api.Json;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * What conmon reports of its start, and for an exec of its end: one JSON object a line, {@code
 * {"data": number, "message": text}} (conmon's parent_pipe_fd.c, API version 1).
 */
final class SyncPipe implements AutoCloseable {
  private final Fd reader;
  private final Registration registration;
  private final BlockingQueue<Optional<Message>> messages = new LinkedBlockingQueue<>();
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private final byte[] buffer = new byte[4096];
  private final int starter;

  /**
   * Takes ownership of the non-blocking reading end.
   *
   * @param starter conmon's first process, which leaves at once; it is waited for here
   */
  SyncPipe(EventLoop loop, Fd reader, int starter) throws LinuxException {
    this.reader = reader;
    this.starter = starter;
    this.registration = loop.register(reader, EventLoop.READ, events -> readable());
  }

  /** The next report; empty where conmon has ended without one. */
  Optional<Message> next() {
    try {
      Optional<Message> message = messages.take();
      if (message.isEmpty()) {
        messages.add(message); // the end stays the end
      }
      return message;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  /** Lets conmon's first process go; called once, after the first report. */
  void reap() throws LinuxException {
    Children.waitFor(starter);
  }

  /** As {@link #next}, also empty after that time. */
  Optional<Message> next(long seconds) {
    try {
      Optional<Message> message = messages.poll(seconds, TimeUnit.SECONDS);
      return message == null ? Optional.empty() : message;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    registration.cancel();
    reader.close();
  }

  private void readable() throws LinuxException {
    while (true) {
      int n;
      try {
        n = Io.read(reader, buffer, 0, buffer.length);
      } catch (LinuxException e) {
        if (e.is(Errno.EAGAIN)) {
          return;
        }
        end();
        throw e;
      } catch (IllegalStateException closed) {
        return; // closed by another thread while this was under way
      }
      if (n < 0) {
        end();
        return;
      }
      for (int i = 0; i < n; i++) {
        if (buffer[i] == '\n') {
          messages.add(Optional.of(Message.parse(line.toString(StandardCharsets.UTF_8))));
          line.reset();
        } else {
          line.write(buffer[i]);
        }
      }
    }
  }

  private void end() {
    registration.cancel();
    messages.add(Optional.empty());
  }

  /** One report: a process id or exit code; negative where the runtime failed, with its message. */
  record Message(int data, String text) {
    static Message parse(String json) {
      try {
        JsonNode node = Json.mapper().readTree(json);
        return new Message(node.path("data").asInt(-1), node.path("message").asText(""));
      } catch (JsonProcessingException e) {
        return new Message(-1, json);
      }
    }
  }
}
