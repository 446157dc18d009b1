package dev.priok.engine.containers.files;

import dev.priok.engine.streams.ByteSink;
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

/** {@code GET /containers/{id}/export}: the container's file system without its volumes. */
public final class ExportContainer {

  public void export(ContainerFileView view, ByteSink sink) {
    try (Fd root = At.open(view.root(), OpenFlags.PATH | OpenFlags.DIRECTORY)) {
      DiskWork.run(() -> {
        try (OutputStream out = sink.open();
            TarWriter tar = new TarWriter(new BufferedOutputStream(out, 64 * 1024), view.ids())) {
          new Pack(tar, PackOptions.PLAIN).below(root, "");
        }
      });
    } catch (IOException e) {
      throw FileErrors.of(e);
    }
  }
}
