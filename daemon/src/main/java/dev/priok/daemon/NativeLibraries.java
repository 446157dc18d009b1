package dev.priok.daemon;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Where libraries of jars are unpacked: SQLite's leaves a megabyte in {@code /tmp} whenever the
 * daemon is killed. Under the data root they have one place, which each start empties; not under
 * the exec root, as {@code /run} forbids executable mappings on many machines (noexec).
 */
final class NativeLibraries {
  private NativeLibraries() {}

  /** Before any of them is loaded, and by the one daemon that owns the data root. */
  static void keepUnder(Path dataRoot) throws IOException {
    Path folder = dataRoot.resolve("native");
    Files.createDirectories(folder);
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    try (DirectoryStream<Path> left = Files.newDirectoryStream(folder)) {
      for (Path file : left) {
        Files.delete(file);
      }
    }
    System.setProperty("org.sqlite.tmpdir", folder.toString());
    System.setProperty("ZstdTempFolder", folder.toString());
  }
}
