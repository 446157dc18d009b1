package dev.priok.host.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The folder of one exec: what conmon needs while the exec runs, and the two things that a later
 * daemon needs after its end, until the exec is forgotten or the container ends.
 *
 * <pre>
 * note              who it was, in the caller's words
 * exit/CONTAINER    its exit code, written by conmon
 * process.json, pid, attach, ctl, ...
 * </pre>
 */
record ExecFolder(Path directory, String containerId) {
  static final String NOTE = "note";

  /** conmon's code for a process it could not follow (get_exit_status). */
  static final int UNKNOWN = 255;

  private static final String EXIT = "exit";

  void make(ExecLaunch launch) throws IOException {
    Files.createDirectories(exit());
    Files.writeString(directory.resolve("process.json"), launch.process());
  }

  /** From here on a later daemon finds it; before the program can run. */
  void started(ExecLaunch launch) throws IOException {
    Files.writeString(directory.resolve(NOTE), launch.note());
  }

  Path exit() {
    return directory.resolve(EXIT);
  }

  Optional<Integer> exitCode() throws IOException {
    try {
      int code = Integer.parseInt(Files.readString(exit().resolve(containerId)).strip());
      return Optional.of(code < 0 ? UNKNOWN : code);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.of(UNKNOWN);
    }
  }

  /** Frees what an exec that has ended needs no more. */
  void keepExitCodeOnly() throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      for (Path entry : entries.toList()) {
        String name = entry.getFileName().toString();
        if (!name.equals(NOTE) && !name.equals(EXIT)) {
          Files.deleteIfExists(entry);
        }
      }
    } catch (NoSuchFileException e) {
      return; // the container has ended, and its bundle is gone
    }
  }
}
