package dev.priok.host.archive;

import java.io.IOException;

/** An archive that is broken or asks for what it may not have; the sentence is for the user. */
public final class ArchiveException extends IOException {
  private static final long serialVersionUID = 1L;

  public ArchiveException(String message) {
    super(message);
  }
}
