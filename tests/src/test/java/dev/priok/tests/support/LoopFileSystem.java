package dev.priok.tests.support;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A file system of its own in an image file; unmounted and gone when closed. */
public final class LoopFileSystem implements AutoCloseable {
  private static final Shell SHELL = new Shell(Map.of(), Duration.ofSeconds(60));

  private final Path image;
  private final Path place;

  private LoopFileSystem(Path image, Path place) {
    this.image = image;
    this.place = place;
  }

  /** Makes and mounts one of {@code size} bytes; the program and its options come first. */
  public static LoopFileSystem of(long size, String... maker) {
    try {
      Path place = Files.createTempDirectory("priok-fs-");
      LoopFileSystem made = new LoopFileSystem(Files.createTempFile("priok-fs-", ".img"), place);
      try (RandomAccessFile file = new RandomAccessFile(made.image.toFile(), "rw")) {
        file.setLength(size);
        List<String> make = new ArrayList<>(List.of(maker));
        make.add(made.image.toString());
        SHELL.run(make.toArray(String[]::new)).ok();
        SHELL.run("mount", "-o", "loop", made.image.toString(), place.toString()).ok();
        return made;
      } catch (IOException | AssertionError e) {
        made.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where it is mounted. */
  public Path place() {
    return place;
  }

  @Override
  public void close() {
    SHELL.run("umount", "-R", "-l", place.toString());
    SHELL.run("rm", "-rf", "--one-file-system", image.toString(), place.toString());
  }
}
