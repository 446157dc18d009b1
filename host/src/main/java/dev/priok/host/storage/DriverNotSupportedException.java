package dev.priok.host.storage;

import java.io.IOException;

/** This host or file system cannot carry the driver; another one may be tried. */
public final class DriverNotSupportedException extends IOException {
  private static final long serialVersionUID = 1L;

  public DriverNotSupportedException(String message) {
    super(message);
  }

  public DriverNotSupportedException(String message, Throwable cause) {
    super(message, cause);
  }
}
