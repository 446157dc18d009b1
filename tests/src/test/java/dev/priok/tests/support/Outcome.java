package dev.priok.tests.support;

import java.util.List;

/** What a command did. */
public record Outcome(List<String> command, int exit, String out, String err) {

  /** This outcome, which must be a success. */
  public Outcome ok() {
    return exits(0);
  }

  /** This outcome, which must have ended with the exit code. */
  public Outcome exits(int code) {
    if (exit != code) {
      throw new AssertionError("expected exit code " + code + ": " + this);
    }
    return this;
  }

  /** Standard output without white space at its ends. */
  public String text() {
    return out.strip();
  }

  /**
   * Standard output and standard error together, for sentences that a client may print to either.
   */
  public String all() {
    return out + err;
  }

  /** The lines of standard output. */
  public List<String> lines() {
    return out.lines().toList();
  }

  @Override
  public String toString() {
    return String.join(" ", command) + "\nexit code: " + exit + "\n" + out + err;
  }
}
