package dev.priok.engine.containers.files;

import dev.priok.host.archive.ArchiveException;
import dev.priok.model.error.EngineException;
import java.io.EOFException;
import java.io.IOException;

/**
 * Failures of the file system as refusals. A broken archive is the client's mistake, so the status
 * is 400, where Docker tells it as its own (500); the sentences are Docker's.
 */
final class FileErrors {
  private FileErrors() {}

  static EngineException of(IOException e) {
    String message = String.valueOf(e.getMessage());
    if (e instanceof ArchiveException || e instanceof EOFException) {
      return EngineException.invalid("%s", message);
    }
    return EngineException.internal(message, e);
  }
}
