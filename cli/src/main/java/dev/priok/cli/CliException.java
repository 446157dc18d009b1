package dev.priok.cli;

/** Ends a command with an exit code and, unless it is empty, a message on standard error. */
public final class CliException extends RuntimeException {
  private final int exitCode;

  /** Ends with {@code exitCode}; an empty message prints nothing. */
  public CliException(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  /** A failure of the common kind: exit code 1. */
  public static CliException failure(String message) {
    return new CliException(1, message);
  }

  /** A wrong value of an option: exit code 125, as docker has it. */
  public static CliException badOption(String value, String option, String reason) {
    return new CliException(
        125, "invalid argument \"" + value + "\" for \"" + option + "\" flag: " + reason);
  }

  /** The exit code. */
  public int exitCode() {
    return exitCode;
  }

  /** The message, perhaps empty. */
  public String text() {
    String message = getMessage();
    return message == null ? "" : message;
  }
}
