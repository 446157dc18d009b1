package dev.priok.host.storage.program;

import java.io.IOException;

/** A program ended with a failure; the message has its command line and what it said. */
public final class ToolException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String said;

  ToolException(String command, int code, String said) {
    super(command + ": " + (said.isEmpty() ? "exit status " + code : said));
    this.said = said;
  }

  /** What it wrote to its standard error. */
  public String said() {
    return said;
  }
}
