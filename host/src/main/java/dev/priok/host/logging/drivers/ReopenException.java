package dev.priok.host.logging.drivers;

import java.io.IOException;

/** Nothing is wrong; the target is to be opened anew before the next batch. */
public final class ReopenException extends IOException {
  private static final long serialVersionUID = 1L;

  ReopenException(String message) {
    super(message);
  }
}
