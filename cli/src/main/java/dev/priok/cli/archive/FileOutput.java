package dev.priok.cli.archive;

import dev.priok.cli.CliException;
import dev.priok.cli.Session;
import dev.priok.cli.terminal.TerminalFiles;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;

/** Where save and export write: standard output, or a file that appears only when it is whole. */
public final class FileOutput {
  private FileOutput() {}

  /** What writes. */
  @FunctionalInterface
  public interface Writer {
    /** Writes everything to {@code target}. */
    void write(OutputStream target) throws IOException;
  }

  /** Writes to {@code file}, or to standard output when it is null, unless that is a terminal. */
  public static void write(Session session, @Nullable String file, Writer writer)
      throws IOException {
    if (file == null || file.isEmpty()) {
      if (TerminalFiles.isTerminal(1)) {
        throw CliException.failure(
            "cowardly refusing to save to a terminal. Use the -o flag or redirect");
      }
      writer.write(session.stdout());
      session.stdout().flush();
      return;
    }
    Path target = Path.of(file).toAbsolutePath();
    Path parent = target.getParent();
    if (parent == null || !Files.isDirectory(parent)) {
      throw CliException.failure(
          "failed to save: invalid output path: directory \"" + parent + "\" does not exist");
    }
    if (Files.exists(target) && !Files.isRegularFile(target)) {
      // A device or a pipe cannot be replaced; it is written as it is.
      try (OutputStream out = Files.newOutputStream(target)) {
        writer.write(out);
      }
      return;
    }
    Path temporary = Files.createTempFile(parent, ".tmp-" + target.getFileName(), "");
    try {
      try (OutputStream out = Files.newOutputStream(temporary)) {
        writer.write(out);
      }
      Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }
}
