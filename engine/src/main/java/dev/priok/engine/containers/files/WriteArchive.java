package dev.priok.engine.containers.files;

import dev.priok.engine.containers.Containers.WriteArchiveOptions;
import dev.priok.engine.volumes.CleanPath;
import dev.priok.engine.volumes.ResolvedMount;
import dev.priok.host.archive.ArchiveException;
import dev.priok.host.archive.Compression;
import dev.priok.host.archive.DiskWork;
import dev.priok.host.archive.EntryPath;
import dev.priok.host.archive.TarEntry;
import dev.priok.host.archive.TarReader;
import dev.priok.host.archive.Unpack;
import dev.priok.host.archive.UnpackOptions;
import dev.priok.kernel.call.At;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.OpenFlags;
import dev.priok.model.error.EngineException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code PUT /containers/{id}/archive}: unpacks a tar into a directory of the container. Entries
 * that lie in a volume or bind go to its source.
 */
public final class WriteArchive {

  /**
   * Unpacks.
   *
   * @param user the container's own user, taken as owner where the options say so
   * @param archive a tar, compressed or not
   */
  public void write(
      ContainerFileView view,
      String path,
      WriteArchiveOptions options,
      UnpackOptions.@Nullable Owner user,
      InputStream archive) {
    AskedPath asked = AskedPath.of(path);
    try (FoundPath target = FindPath.follow(view, asked.path())) {
      if (!target.stat().isDirectory()) {
        throw EngineException.invalid("extraction point is not a directory");
      }
      refuseReadOnly(view, target.mount());
      UnpackOptions unpack =
          new UnpackOptions(
              null, options.noOverwriteDirNonDir(), options.copyUidGid() ? user : null);
      Map<String, ResolvedMount> mounts = FindPath.mountsByPlace(view);
      DiskWork.run(() -> {
        try (Targets targets = new Targets(view, mounts, unpack);
            TarReader tar = new TarReader(Compression.decompress(archive))) {
          targets.all(tar, target.path());
        }
      });
    } catch (IOException e) {
      throw FileErrors.of(e);
    }
  }

  static void refuseReadOnly(ContainerFileView view, @Nullable ResolvedMount mount) {
    if (mount != null && mount.readOnly()) {
      throw EngineException.forbidden("mounted volume is marked read-only");
    }
    if (mount == null && view.readOnlyRoot()) {
      throw EngineException.forbidden("container rootfs is marked read-only");
    }
  }

  /** One unpacking below the container's own layer, and one a mount that entries lie in. */
  private static final class Targets implements AutoCloseable {
    private final ContainerFileView view;
    private final Map<String, ResolvedMount> mounts;
    private final UnpackOptions options;
    private final Map<String, Unpack> open = new HashMap<>();

    Targets(ContainerFileView view, Map<String, ResolvedMount> mounts, UnpackOptions options) {
      this.view = view;
      this.mounts = mounts;
      this.options = options;
    }

    void all(TarReader tar, String directory) throws IOException {
      for (TarEntry entry = tar.next(); entry != null; entry = tar.next()) {
        String name = EntryPath.clean(entry.name());
        if (name == null) {
          throw new ArchiveException(
              "\"%s\" is outside of \"%s\"".formatted(entry.name(), directory));
        }
        if (name.isEmpty()) {
          continue;
        }
        String full = CleanPath.absolute(directory + "/" + name);
        String place = place(full);
        TarEntry moved = view.ids().toHost(entry).withName(below(full, place));
        if (entry.type() == TarEntry.HARD_LINK) {
          moved = moved.withLink(linkTarget(entry, directory, place));
        }
        unpack(place).add(tar, moved);
      }
      tar.drain();
      for (Unpack unpack : open.values()) {
        unpack.finish();
      }
    }

    private static String linkTarget(TarEntry entry, String directory, String place)
        throws ArchiveException {
      String link = EntryPath.clean(entry.link());
      // Clean even where it leads out: the refusal shows where to.
      String full = CleanPath.absolute(directory + "/" + entry.link());
      if (link == null || !CleanPath.isWithin(full, place)) {
        throw new ArchiveException(
            "invalid hardlink \"%s\" -> \"%s\"".formatted(full, entry.link()));
      }
      return below(full, place);
    }

    private static String below(String full, String place) {
      return place.equals("/") ? full.substring(1) : full.substring(place.length());
    }

    /** The innermost mount that the path lies in, or the root. */
    private String place(String path) {
      String best = "/";
      for (String candidate : mounts.keySet()) {
        if (CleanPath.isWithin(path, candidate) && candidate.length() > best.length()) {
          best = candidate;
        }
      }
      return best;
    }

    private Unpack unpack(String place) throws IOException {
      Unpack known = open.get(place);
      if (known != null) {
        return known;
      }
      ResolvedMount mount = mounts.get(place);
      refuseReadOnly(view, mount);
      Path root = mount == null ? view.root() : Path.of(mount.source());
      if (!Files.isDirectory(root)) {
        throw EngineException.invalid(
            "cannot replace \"%s\": a single file is mounted there", place);
      }
      Fd directory = At.open(root, OpenFlags.PATH | OpenFlags.DIRECTORY);
      Unpack made = Unpack.below(directory, options);
      open.put(place, made);
      return made;
    }

    @Override
    public void close() {
      open.values().forEach(Unpack::close);
    }
  }
}
