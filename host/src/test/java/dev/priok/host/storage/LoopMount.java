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
  private static final String ZFS = "zfs";
  private static final Map<String, List<String>> MAKERS =
      Map.of(
          "btrfs", List.of("mkfs.btrfs", "-q", "-M"),
          "xfs", List.of("mkfs.xfs", "-q", "-f"),
          "ext4", List.of("mkfs.ext4", "-q", "-F", "-E", "nodiscard", "-O", "quota,project"));

  private final Path image;
  private final Path place;

  private final String type;

  private LoopMount(String type, Path image, Path place) {
    this.type = type;
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
    LoopMount mount = new LoopMount(type, image, place);
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(SIZE);
      if (type.equals(ZFS)) {
        run(
            List.of(
                "zpool", "create", "-f", "-m", place.toString(), mount.pool(), image.toString()));
        return mount;
      }
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

  /** Of ZFS, the only one that is not mounted but brought in as a pool. */
  String pool() {
    return place.getFileName().toString();
  }

  Path place() {
    return place;
  }

  /**
   * Writes a file as a container's root does: without CAP_SYS_RESOURCE, which goes beyond ext4's
   * limits.
   */
  static void fill(Path file, int megabytes) throws IOException {
    run(
        List.of(
            "setpriv",
            "--bounding-set=-sys_resource",
            "--inh-caps=-sys_resource",
            "dd",
            "if=/dev/urandom",
            "of=" + file,
            "bs=1M",
            "count=" + megabytes,
            "status=none"));
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
    if (type.equals(ZFS)) {
      run(List.of("zpool", "destroy", "-f", pool()));
    }
    for (MountInfo mount : MountInfo.read().reversed()) {
      if (Path.of(mount.target()).startsWith(place)) {
        run(List.of("umount", "-l", mount.target()));
      }
    }
    Files.deleteIfExists(image);
    Files.deleteIfExists(place);
  }
}
