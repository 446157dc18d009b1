package dev.priok.engine.containers.files;

import dev.priok.engine.containers.Containers.PathStat;
import dev.priok.engine.streams.ByteSink;
import dev.priok.engine.volumes.ResolvedMount;
import dev.priok.host.archive.DiskWork;
import dev.priok.host.archive.Pack;
import dev.priok.host.archive.PackOptions;
import dev.priok.host.archive.TarWriter;
import dev.priok.kernel.call.At;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.OpenFlags;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;

/**
 * {@code GET /containers/{id}/archive}: a path as a tar. Names in it begin with the last part of
 * the path asked for, with {@code ./} where that was a dot.
 */
public final class ReadArchive {

  public void read(
      ContainerFileView view, String path, Consumer<PathStat> beforeBody, ByteSink sink) {
    AskedPath asked = AskedPath.of(path);
    try (FoundPath found = StatPath.find(view, asked)) {
      Map<String, ResolvedMount> mounts = FindPath.mountsByPlace(view);
      beforeBody.accept(StatPath.stat(view, asked, found));
      DiskWork.run(() -> {
        try (OutputStream out = sink.open();
            TarWriter tar = new TarWriter(new BufferedOutputStream(out, 64 * 1024), view.ids())) {
          pack(new Pack(tar, PackOptions.PLAIN, place(asked, found, mounts)), asked, found);
        }
      });
    } catch (IOException e) {
      throw FileErrors.of(e);
    }
  }

  private static void pack(Pack pack, AskedPath asked, FoundPath found) throws IOException {
    if (!found.stat().isDirectory()) {
      pack.tree(found.directory(), found.name(), asked.base());
      return;
    }
    int flags = OpenFlags.READ_ONLY | OpenFlags.DIRECTORY | OpenFlags.NO_FOLLOW;
    try (Fd self = At.open(found.directory(), found.name(), flags, 0)) {
      pack.directory(self, asked.base());
      pack.below(self, asked.base());
    }
  }

  /** Where the tar's path is covered by a mount of the container, its source. */
  private static Pack.Elsewhere place(
      AskedPath asked, FoundPath found, Map<String, ResolvedMount> mounts) {
    String prefix = found.path().equals("/") ? "" : found.path();
    int base = asked.base().length();
    return name -> {
      if (mounts.isEmpty() || name.length() <= base) {
        return null;
      }
      String below = name.substring(base);
      ResolvedMount mount = mounts.get(prefix + (below.startsWith("/") ? below : "/" + below));
      return mount == null ? null : Path.of(mount.source());
    };
  }
}
