package dev.priok.host.logging.drivers;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rotated JSON files as Docker names them: {@code -json.log.1} is the youngest, {@code
 * -json.log.2.gz} an older, compressed one.
 */
final class JsonFileRotation {
  private static final Logger LOG = LoggerFactory.getLogger(JsonFileRotation.class);
  private static final String PACKED = ".gz";

  private final Path base;
  private final FileLimits limits;
  private boolean unpacked = true;

  JsonFileRotation(Path base, FileLimits limits) {
    this.base = base;
    this.limits = limits;
  }

  private Path aged(int age) {
    return base.resolveSibling(base.getFileName() + "." + age);
  }

  private static Path packed(Path plain) {
    return plain.resolveSibling(plain.getFileName() + PACKED);
  }

  /** Moves every file one age on, and drops what is beyond the limit. */
  void rotate() throws IOException {
    if (limits.maxFiles() <= 1) {
      Files.deleteIfExists(base);
      return;
    }
    Files.deleteIfExists(aged(limits.maxFiles() - 1));
    Files.deleteIfExists(packed(aged(limits.maxFiles() - 1)));
    for (int age = limits.maxFiles() - 2; age >= 1; age--) {
      move(aged(age), aged(age + 1));
      move(packed(aged(age)), packed(aged(age + 1)));
    }
    move(base, aged(1));
    unpacked = true;
  }

  /** Compresses what is not; where that fails, files stay as they are until the next rotation. */
  void packed() {
    if (!unpacked || !limits.packed()) {
      return;
    }
    unpacked = false;
    try {
      for (int age = 1; age < limits.maxFiles(); age++) {
        if (Files.exists(aged(age))) {
          pack(aged(age));
        }
      }
    } catch (IOException e) {
      LOG.warn("cannot compress the rotated files of {}: {}", base, e.getMessage());
    }
  }

  private static void pack(Path plain) throws IOException {
    Path unfinished = plain.resolveSibling(plain.getFileName() + PACKED + ".tmp");
    try {
      try (OutputStream out = new Fast(Files.newOutputStream(unfinished))) {
        Files.copy(plain, out);
      }
      Files.setLastModifiedTime(unfinished, Files.getLastModifiedTime(plain));
      Files.move(unfinished, packed(plain), StandardCopyOption.ATOMIC_MOVE);
      Files.delete(plain);
    } catch (IOException e) {
      Files.deleteIfExists(unfinished);
      throw e;
    }
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (NoSuchFileException e) {
      return; // that age does not exist yet
    }
  }

  /** Logs shrink to a tenth at the lowest level already, in a third of the time. */
  private static final class Fast extends GZIPOutputStream {
    Fast(OutputStream out) throws IOException {
      super(out, 64 * 1024);
      def.setLevel(Deflater.BEST_SPEED);
    }
  }
}
