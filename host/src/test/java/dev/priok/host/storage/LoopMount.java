package dev.priok.host.storage;

import dev.priok.kernel.fs.MountInfo;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A file system of its own in an image file: made, mounted and taken away again. */
final class LoopMount implements AutoCloseable {
  private static final long SIZE = 512L << 20;
  private static final Map<String, List<String>> MAKERS =
      Map.of(
          "btrfs", List.of("mkfs.btrfs", "-q", "-M"),
          "xfs", List.of("mkfs.xfs", "-q", "-f"),
          "ext4", List.of("mkfs.ext4", "-q", "-F", "-E", "nodiscard", "-O", "quota,project"));

  private final Path image;
  private final Path place;

  private LoopMount(Path image, Path place) {
    this.image = image;
    this.place = place;
  }

  static LoopMount of(String type) throws IOException {
    return of(type, "loop");
  }

  /** With options of the mount, {@code loop} among them. */
  static LoopMount of(String type, String options) throws IOException {
    Path place = Files.createTempDirectory("priok-loop-");
    Path image = Files.createTempFile("priok-loop-", ".img");
    LoopMount mount = new LoopMount(image, place);
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(SIZE);
      List<String> make = new ArrayList<>(MAKERS.getOrDefault(type, List.of()));
      make.add(image.toString());
      run(make);
      run(List.of("mount", "-o", options, image.toString(), place.toString()));
      return mount;
    } catch (IOException | RuntimeException e) {
      mount.close();
      throw e;
    }
  }

  Path place() {
    return place;
  }

  static void run(List<String> command) throws IOException {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IOException(String.join(" ", command) + ": " + output);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    for (MountInfo mount : MountInfo.read().reversed()) {
      if (Path.of(mount.target()).startsWith(place)) {
        run(List.of("umount", "-l", mount.target()));
      }
    }
    Files.deleteIfExists(image);
    Files.deleteIfExists(place);
  }
}
