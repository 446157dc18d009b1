package dev.priok.tests.support;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A command that runs while the test goes on; its standard output is kept to its end. */
public final class Background {
  private final List<String> command;
  private final Process process;
  private final CompletableFuture<String> out = new CompletableFuture<>();

  /** Starts the command. */
  public Background(Shell shell, List<String> command) {
    this.command = List.copyOf(command);
    this.process = shell.start(command);
    Thread.ofVirtual().start(this::read);
    Thread.ofVirtual().start(this::dropErrors);
  }

  private void read() {
    try (InputStream stream = process.getInputStream()) {
      out.complete(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      out.completeExceptionally(e);
    }
  }

  /** A full pipe would stop the command. */
  private void dropErrors() {
    try (InputStream stream = process.getErrorStream()) {
      stream.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      out.completeExceptionally(e);
    }
  }

  /** What it wrote until it ended by itself; it is ended, and the test fails, where it does not. */
  public String text(Duration limit) {
    try {
      String text = out.get(limit.toMillis(), TimeUnit.MILLISECONDS);
      process.waitFor();
      return text;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted in " + command, e);
    } catch (ExecutionException | TimeoutException e) {
      process.destroyForcibly();
      throw new AssertionError(String.join(" ", command) + " did not end within " + limit, e);
    }
  }
}
