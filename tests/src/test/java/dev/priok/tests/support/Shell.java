package dev.priok.tests.support;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Runs commands of this machine, with an environment and a time limit. */
public final class Shell {
  private final Map<String, String> environment;
  private final Duration limit;

  /** A shell whose commands see the given variables on top of those of this process. */
  public Shell(Map<String, String> environment, Duration limit) {
    this.environment = Map.copyOf(environment);
    this.limit = limit;
  }

  /** A shell with another time limit. */
  public Shell within(Duration other) {
    return new Shell(environment, other);
  }

  /** A shell with one more variable. */
  public Shell with(String name, String value) {
    Map<String, String> more = new HashMap<>(environment);
    more.put(name, value);
    return new Shell(more, limit);
  }

  /** Runs a command without input. */
  public Outcome run(String... command) {
    return run(new byte[0], Arrays.asList(command));
  }

  /** Runs a command that reads the given bytes and then the end of its input. */
  public Outcome run(byte[] input, List<String> command) {
    Process process = start(command);
    CompletableFuture<byte[]> out = read(process.getInputStream());
    CompletableFuture<byte[]> err = read(process.getErrorStream());
    try (OutputStream stdin = process.getOutputStream()) {
      stdin.write(input);
    } catch (IOException e) {
      // The command ended before it read everything; its exit code and output say more than this.
      if (process.isAlive() && input.length == 0) {
        throw new UncheckedIOException(e);
      }
    }
    try {
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        throw new AssertionError(
            String.join(" ", command)
                + " did not end within "
                + limit
                + "\n"
                + text(out.getNow(new byte[0]))
                + text(err.getNow(new byte[0])));
      }
      return new Outcome(
          command, process.exitValue(), text(out.get(5, TimeUnit.SECONDS)), text(err.join()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted in " + command, e);
    } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
      throw new AssertionError("no end of the output of " + command, e);
    }
  }

  /** Starts a command and leaves it running. */
  public Process start(List<String> command) {
    try {
      ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(command));
      builder.environment().putAll(environment);
      return builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static CompletableFuture<byte[]> read(InputStream stream) {
    CompletableFuture<byte[]> all = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(() -> {
          try (stream) {
            all.complete(stream.readAllBytes());
          } catch (IOException e) {
            all.completeExceptionally(e);
          }
        });
    return all;
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
