package dev.priok.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The file that tells others the daemon's process id. */
final class PidFile implements AutoCloseable {
  private final Path file;

  private PidFile(Path file) {
    this.file = file;
  }

  /** Refuses where the file names a living process that is another daemon of ours. */
  static PidFile write(Path file) {
    try {
      Long pid = running(file);
      if (pid != null) {
        throw new StartRefusedException(
            "process with PID %d is still running (pid file %s)".formatted(pid, file));
      }
      if (file.getParent() != null) {
        Files.createDirectories(file.getParent());
      }
      Files.writeString(file, Long.toString(ProcessHandle.current().pid()));
      return new PidFile(file);
    } catch (IOException e) {
      throw new StartRefusedException(
          "cannot write the pid file " + file + ": " + e.getMessage(), e);
    }
  }

  private static @Nullable Long running(Path file) throws IOException {
    String text;
    try {
      text = Files.readString(file).strip();
    } catch (NoSuchFileException e) {
      return null;
    }
    if (!text.matches("\\d{1,10}")) {
      return null;
    }
    long pid = Long.parseLong(text);
    if (pid == ProcessHandle.current().pid()) {
      return null;
    }
    // Process ids are used again: only a Java process can be another priokd.
    return ProcessHandle.of(pid)
            .flatMap(p -> p.info().command())
            .filter(c -> c.endsWith("/java") || c.endsWith("/priokd"))
            .isPresent()
        ? pid
        : null;
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(file);
  }
}
