package dev.priok.host.storage;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps file systems as stacks of layers, and shows a stack as one directory.
 *
 * <h2>Vocabulary</h2>
 *
 * A <b>layer</b> holds the difference to its <b>parent</b>; a layer without a parent is a base. An
 * <b>image layer</b> is filled once with {@link #apply} and then only read. A <b>writable layer</b>
 * belongs to a container and is written through its mount. An <b>init layer</b> lies between an
 * image and its containers and has the places that their mounts need. A <b>whiteout</b> says that a
 * file of the parent is gone.
 *
 * <h2>Life cycle</h2>
 *
 * <pre>
 *   create(base, null); apply(base, tar1)            image layers, bottom to top
 *   create(top, base);  apply(top, tar2)
 *   i = init(top)                                    once an image, shared by its containers
 *   createWritable(c, i, options)                    a container's layer
 *   Path root = mount(c)      ... process runs ...   unmount(c)
 *   diff(c, out); changes(c); size(c)
 *   remove(c)                                        children before parents
 * </pre>
 *
 * <h2>Two families</h2>
 *
 * Drivers that keep <b>differences</b> ({@code stack}: overlay2, fuse-overlayfs) lay a layer's own
 * folder over those of its parents. Drivers that keep <b>whole trees</b> ({@code tree}: vfs, btrfs)
 * begin a layer as a copy of its parent, by whatever makes copies cheap there: a snapshot, a clone,
 * a thin device. What differs is then told by comparing two trees. The contract knows neither
 * folders nor mounts: a tree may be a block device, which is visible only between {@code mount} and
 * {@code unmount}.
 *
 * <h2>Promises every driver keeps (StorageDriverContract)</h2>
 *
 * <ul>
 *   <li>A layer exists after {@code create} returned and not before; a crash in between leaves only
 *       what {@link #sweep} removes.
 *   <li>{@code mount} and {@code unmount} are counted per layer, and harmless to repeat after a
 *       crash; {@code remove} of a mounted layer unmounts it first.
 *   <li>{@code remove} of an unknown layer does nothing; of a layer with children it is refused.
 *   <li>An init layer goes with the layer it stands on, and keeps it only while a container needs
 *       it.
 *   <li>Nothing in a tar can write outside the layer.
 *   <li>Owner, mode, times, links, devices and extended attributes survive apply and diff.
 * </ul>
 *
 * <p>Implementations are safe for use by many threads.
 */
public interface StorageDriver extends AutoCloseable {

  /** The name users choose it by: {@code overlay2}. */
  String name();

  /** Rows for {@code docker info}, in order. */
  Map<String, String> status();

  /** The layer that this one stands on; null for a base. */
  @Nullable LayerId parent(LayerId layer) throws IOException;

  /** Whether {@link #init} made this layer. */
  boolean isInit(LayerId layer) throws IOException;

  /** Whether every layer takes the room of all that it stands on once more. */
  boolean copiesWholeTrees();

  /** Where {@link #mount} shows the layer, mounted or not. */
  Path place(LayerId layer);

  /** Makes an empty image layer on top of {@code parent}. */
  void create(LayerId layer, @Nullable LayerId parent) throws IOException;

  /**
   * The layer that containers of an image stand on: empty {@code /etc/hosts}, {@code /dev}, {@code
   * /proc} and their kin, where they are mounted upon, so that {@link #changes} and {@link #diff}
   * of a container tell its own work alone. Made at the first call, durably, and then only looked
   * up.
   *
   * @param parent the image's top layer; null for an image without layers
   */
  LayerId init(@Nullable LayerId parent) throws IOException;

  /** Makes a container's layer. Refuses options that this driver or file system cannot honour. */
  void createWritable(LayerId layer, @Nullable LayerId parent, WritableOptions options)
      throws IOException;

  /**
   * Fills a new layer from an uncompressed tar in OCI form (whiteouts as {@code .wh.} files). Reads
   * the stream to its end. A writable layer is filled so when it comes from another driver.
   *
   * @return the bytes of file content that the layer holds
   */
  long apply(LayerId layer, InputStream tar) throws IOException;

  /** Shows the layer with all its parents as one directory, writable for a writable layer. */
  Path mount(LayerId layer) throws IOException;

  void unmount(LayerId layer) throws IOException;

  /**
   * Writes the difference to the parent as a tar in OCI form; sorted, so equal content is equal.
   */
  void diff(LayerId layer, OutputStream out) throws IOException;

  /** What differs from the parent, by path, without content. */
  List<Change> changes(LayerId layer) throws IOException;

  /** Bytes of content that the layer adds to its parent or changes in it. */
  long size(LayerId layer) throws IOException;

  /** Where the driver keeps it, for {@code GraphDriver.Data} of inspect. */
  Map<String, String> details(LayerId layer);

  void remove(LayerId layer) throws IOException;

  boolean exists(LayerId layer);

  /** All layers there are. */
  Set<LayerId> layers() throws IOException;

  /**
   * Removes every layer not in {@code known}, and what a crash left half-made; init layers stay
   * with the layer they stand on. Called once at the daemon's start, before anything else.
   */
  void sweep(Set<LayerId> known) throws IOException;

  /** Releases what the driver itself holds; layers and running containers' mounts stay. */
  @Override
  void close();

  /**
   * How a container's layer is to be.
   *
   * @param options the container's {@code StorageOpt}, {@code size} for one
   * @param rootUid host id that owns the layer's root; 0 without a user namespace
   * @param rootGid likewise
   */
  record WritableOptions(Map<String, String> options, long rootUid, long rootGid) {
    public static final WritableOptions DEFAULT = new WritableOptions(Map.of(), 0, 0);
  }

  /** How a path differs; the codes are those of {@code GET /containers/{id}/changes}. */
  enum ChangeKind {
    MODIFIED,
    ADDED,
    DELETED
  }

  /** {@code path} starts with a slash. */
  record Change(String path, ChangeKind kind) {}
}
