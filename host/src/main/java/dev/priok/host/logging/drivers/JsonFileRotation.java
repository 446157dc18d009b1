package dev.priok.host.logging.drivers;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
  private static final Pattern AGE = Pattern.compile("([1-9]\\d{0,6})(\\.gz)?");

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

  /** Those that exist; a user may allow thousands. */
  private NavigableSet<Integer> ages() throws IOException {
    NavigableSet<Integer> result = new TreeSet<>();
    Path folder = base.toAbsolutePath().getParent();
    if (folder == null) {
      return result;
    }
    String name = base.getFileName() + ".";
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, name + "*")) {
      for (Path entry : entries) {
        Matcher matcher = AGE.matcher(entry.getFileName().toString().substring(name.length()));
        if (matcher.matches()) {
          result.add(Integer.parseInt(matcher.group(1)));
        }
      }
    }
    return result;
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
    for (int age : ages().descendingSet()) {
      if (age >= limits.maxFiles() - 1) {
        Files.deleteIfExists(aged(age));
        Files.deleteIfExists(packed(aged(age)));
      } else {
        move(aged(age), aged(age + 1));
        move(packed(aged(age)), packed(aged(age + 1)));
      }
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
      for (int age : ages()) {
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
