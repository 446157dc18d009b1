package dev.priok.cli.terminal;

import dev.priok.cli.CliException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * The user's terminal without line editing, echo or signal keys, until it is closed. Set by
 * stty(1), which every Linux has, over our own standard input.
 */
public final class RawMode implements AutoCloseable {
  private final String saved;
  private final Thread rescue;

  private RawMode(String saved) {
    this.saved = saved;
    this.rescue = new Thread(() -> stty(saved));
  }

  /** Switches the terminal; also an end by a signal gives it back. */
  public static RawMode enter() {
    RawMode mode = new RawMode(stty("-g"));
    Runtime.getRuntime().addShutdownHook(mode.rescue);
    stty("raw", "-echo");
    return mode;
  }

  /** Rows and columns of the terminal at standard input. */
  public static Size size() {
    String text = stty("size");
    int blank = text.indexOf(' ');
    try {
      return new Size(
          Integer.parseInt(text.substring(0, Math.max(blank, 0))),
          Integer.parseInt(text.substring(blank + 1)));
    } catch (NumberFormatException e) {
      throw CliException.failure("stty told no size: " + text);
    }
  }

  /** Rows and columns; zero where unknown. */
  public record Size(int rows, int columns) {}

  @Override
  public void close() {
    stty(saved);
    try {
      Runtime.getRuntime().removeShutdownHook(rescue);
    } catch (IllegalStateException e) {
      // The JVM is ending already, and the hook restores the same settings once more.
      return;
    }
  }

  private static String stty(String... arguments) {
    String[] command = new String[arguments.length + 1];
    command[0] = "stty";
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectInput(ProcessBuilder.Redirect.INHERIT)
              .redirectErrorStream(true)
              .start();
      String output =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (process.waitFor() != 0) {
        throw CliException.failure("stty: " + output);
      }
      return output;
    } catch (IOException e) {
      throw CliException.failure("cannot set the terminal: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw CliException.failure("interrupted while setting the terminal");
    }
  }
}
