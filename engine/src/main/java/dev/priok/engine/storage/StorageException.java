package dev.priok.engine.storage;

import java.io.IOException;

/** Something about the storage that the user must know or decide; the message is for him. */
public final class StorageException extends IOException {
  private static final long serialVersionUID = 1L;

  public StorageException(String message) {
    super(message);
  }
}
