package dev.priok.host.storage;

import dev.priok.host.archive.IdMap;
import dev.priok.host.archive.RewriteTar;
import dev.priok.host.archive.TarEntry;
import dev.priok.host.archive.TarReader;
import dev.priok.host.archive.TarWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * A driver whose layers belong to the ids of a user namespace: files are unpacked with the host's
 * ids for those inside, and packed with those inside again, so that layers and digests are the same
 * as without.
 */
public final class RemappedStorage implements StorageDriver {
  private static final int PIPE = 256 * 1024;

  private final StorageDriver driver;
  private final IdMap ids;

  public RemappedStorage(StorageDriver driver, IdMap ids) {
    this.driver = driver;
    this.ids = ids;
  }

  @Override
  public String name() {
    return driver.name();
  }

  @Override
  public Map<String, String> status() {
    return driver.status();
  }

  @Override
  public @Nullable LayerId parent(LayerId layer) throws IOException {
    return driver.parent(layer);
  }

  @Override
  public boolean isInit(LayerId layer) throws IOException {
    return driver.isInit(layer);
  }

  @Override
  public boolean copiesWholeTrees() {
    return driver.copiesWholeTrees();
  }

  @Override
  public Path place(LayerId layer) {
    return driver.place(layer);
  }

  @Override
  public void create(LayerId layer, @Nullable LayerId parent) throws IOException {
    driver.create(layer, parent);
  }

  @Override
  public LayerId init(@Nullable LayerId parent) throws IOException {
    return driver.init(parent);
  }

  @Override
  public void createWritable(LayerId layer, @Nullable LayerId parent, WritableOptions options)
      throws IOException {
    driver.createWritable(
        layer, parent, new WritableOptions(options.options(), ids.rootUser(), ids.rootGroup()));
    passable(layer);
  }

  /**
   * The runtime looks for the root as the user it is to become, who must get through the folders
   * above it. Their group is that of root inside; nobody else may pass.
   */
  private void passable(LayerId layer) throws IOException {
    Path folder = driver.place(layer).getParent();
    Path home = folder == null ? null : folder.getParent();
    if (folder != null && home != null) {
      Files.setAttribute(folder, "unix:gid", (int) ids.rootGroup());
      Files.setAttribute(home, "unix:gid", (int) ids.rootGroup());
    }
  }

  @Override
  public long apply(LayerId layer, InputStream tar) throws IOException {
    return driver.apply(layer, new RewriteTar(tar, ids::toHost));
  }

  @Override
  public Path mount(LayerId layer) throws IOException {
    return driver.mount(layer);
  }

  @Override
  public void unmount(LayerId layer) throws IOException {
    driver.unmount(layer);
  }

  @Override
  public void diff(LayerId layer, OutputStream out) throws IOException {
    try (PipedInputStream in = new PipedInputStream(PIPE)) {
      PipedOutputStream pipe = new PipedOutputStream(in);
      CompletableFuture<@Nullable Void> writing = new CompletableFuture<>();
      Thread.ofPlatform()
          .name("diff-" + layer)
          .start(() -> {
            try (pipe) {
              driver.diff(layer, pipe);
              writing.complete(null);
            } catch (IOException | RuntimeException e) {
              writing.completeExceptionally(e);
            }
          });
      copy(in, out);
      writing.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof IOException failure ? failure : new IOException(e.getCause());
    }
  }

  private void copy(InputStream in, OutputStream out) throws IOException {
    TarReader tar = new TarReader(in);
    byte[] chunk = new byte[64 * 1024];
    try (TarWriter changed = new TarWriter(out, ids)) {
      for (TarEntry entry = tar.next(); entry != null; entry = tar.next()) {
        changed.begin(entry);
        for (int count = tar.read(chunk, 0, chunk.length);
            count > 0;
            count = tar.read(chunk, 0, chunk.length)) {
          changed.write(chunk, 0, count);
        }
      }
      tar.drain();
    }
  }

  @Override
  public List<Change> changes(LayerId layer) throws IOException {
    return driver.changes(layer);
  }

  @Override
  public long size(LayerId layer) throws IOException {
    return driver.size(layer);
  }

  @Override
  public Map<String, String> details(LayerId layer) {
    return driver.details(layer);
  }

  @Override
  public void remove(LayerId layer) throws IOException {
    driver.remove(layer);
  }

  @Override
  public boolean exists(LayerId layer) {
    return driver.exists(layer);
  }

  @Override
  public Set<LayerId> layers() throws IOException {
    return driver.layers();
  }

  @Override
  public void sweep(Set<LayerId> known) throws IOException {
    driver.sweep(known);
  }

  @Override
  public void close() {
    driver.close();
  }
}
