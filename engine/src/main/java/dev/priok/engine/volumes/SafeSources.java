package dev.priok.engine.volumes;

import dev.priok.kernel.call.At;
import dev.priok.kernel.call.Errno;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.FileStat;
import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.call.OpenFlags;
import dev.priok.kernel.fs.MountFlags;
import dev.priok.kernel.fs.Mounts;
import dev.priok.model.error.EngineException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sources for the runtime that nobody can exchange: parts of volumes, and folders without what is
 * mounted below them.
 *
 * <p>The runtime is given paths, and follows links in them. A part of a volume may be turned into a
 * link to anything by a container that writes the volume, between our look and the runtime's. So
 * the part is opened once, inside the volume, and what was opened is bound to a place of our own;
 * the runtime gets that place. It is needed until the runtime has made the container's mounts.
 */
final class SafeSources {
  private static final Logger LOG = LoggerFactory.getLogger(SafeSources.class);

  private final Path folder;
  private final AtomicLong number = new AtomicLong();

  /**
   * Opens the room.
   *
   * @param folder under the exec root, for these places alone
   */
  SafeSources(Path folder) {
    this.folder = folder;
  }

  /** The mount with a source of its own, which {@link #drop} takes away. */
  ResolvedMount hold(ResolvedMount mount) {
    Path place = folder.resolve(Long.toString(number.incrementAndGet()));
    try (Fd part = mount.open(OpenFlags.PATH)) {
      FileStat stat = At.stat(part);
      Files.createDirectories(folder);
      if (stat.isDirectory()) {
        Files.createDirectory(place);
      } else {
        Files.createFile(place);
      }
      long depth = mount.options().contains("rbind") ? MountFlags.RECURSIVE : 0;
      Mounts.mount(part.procPath().toString(), place, null, MountFlags.BIND | depth, null);
      Mounts.propagate(place, MountFlags.PRIVATE | MountFlags.RECURSIVE);
      return ResolvedMountBuilder.builder(mount).source(place.toString()).subpath("").build();
    } catch (LinuxException e) {
      take(place);
      String path = mount.source() + "/" + mount.subpath();
      throw EngineException.notFound("cannot access path %s: lstat %s: %s", path, path, why(e));
    } catch (IOException e) {
      take(place);
      throw EngineException.internal(
          "cannot hold the source of " + mount.destination() + ": " + e.getMessage(), e);
    }
  }

  private static String why(LinuxException e) {
    return e.is(Errno.ENOENT) ? "no such file or directory" : String.valueOf(e.getMessage());
  }

  void drop(List<ResolvedMount> held) {
    for (ResolvedMount mount : held) {
      if (isOurs(mount)) {
        take(Path.of(mount.source()));
      }
    }
  }

  private boolean isOurs(ResolvedMount mount) {
    return mount.source().startsWith(folder + "/");
  }

  /** What a killed daemon left. */
  void sweep() throws IOException {
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> places = Files.newDirectoryStream(folder)) {
        places.forEach(this::take);
      }
    }
  }

  /** Never what lies below: if it cannot be unmounted, it is left. */
  private void take(Path place) {
    try {
      Mounts.unmountIfMounted(place);
      Files.deleteIfExists(place);
    } catch (IOException e) {
      LOG.warn("{} is left: {}", place, e.getMessage());
    }
  }
}
