package dev.priok.host.logging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/**
 * The files of one log: {@code base} is being written, {@code base.1} is the one before, and so on.
 */
public final class LogFiles {
  private final Path base;

  public LogFiles(Path base) {
    this.base = base;
  }

  /** The file being written. */
  public Path base() {
    return base;
  }

  /** The rotated file of this age; 1 is the youngest. */
  Path rotated(int age) {
    return base.resolveSibling(base.getFileName() + "." + age);
  }

  /** Existing files, oldest first. */
  List<Path> oldestFirst() {
    List<Path> files = new ArrayList<>();
    for (int age = 1; Files.exists(rotated(age)); age++) {
      files.addFirst(rotated(age));
    }
    if (Files.exists(base)) {
      files.add(base);
    }
    return files;
  }

  /**
   * Renames each file to the next age and drops those beyond {@code keep} files in total. The
   * writer goes on writing to the renamed file until it is told to open {@code base} anew.
   */
  public void shift(int keep) throws IOException {
    int oldest = Math.max(keep, 1) - 1;
    for (int age = oldest; Files.exists(rotated(age)) && age > 0; age++) {
      Files.delete(rotated(age));
    }
    for (int age = oldest - 1; age >= 1; age--) {
      move(rotated(age), rotated(age + 1));
    }
    if (oldest == 0) {
      Files.deleteIfExists(base);
    } else {
      move(base, rotated(1));
    }
  }

  /** Removes all of them. */
  public void delete() throws IOException {
    for (Path file : oldestFirst()) {
      Files.deleteIfExists(file);
    }
    Files.deleteIfExists(base.resolveSibling(base.getFileName() + ".tmp"));
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (NoSuchFileException e) {
      if (Files.exists(to.getParent())) {
        return; // that age does not exist yet
      }
      throw e;
    }
  }
}
