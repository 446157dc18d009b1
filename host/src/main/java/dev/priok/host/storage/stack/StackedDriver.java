package dev.priok.host.storage.stack;

import dev.priok.host.archive.DiskWork;
import dev.priok.host.archive.OverlayMarks;
import dev.priok.host.archive.Pack;
import dev.priok.host.archive.PackOptions;
import dev.priok.host.archive.RemoveTree;
import dev.priok.host.archive.TarWriter;
import dev.priok.host.archive.TreeSize;
import dev.priok.host.archive.Unpack;
import dev.priok.host.archive.UnpackOptions;
import dev.priok.host.storage.LayerId;
import dev.priok.host.storage.StorageDriver;
import dev.priok.host.storage.layer.Children;
import dev.priok.host.storage.layer.DurableText;
import dev.priok.host.storage.layer.InitLayer;
import dev.priok.host.storage.layer.LayerFolders;
import dev.priok.host.storage.layer.LayerLocks;
import dev.priok.host.storage.layer.LayerUse;
import dev.priok.kernel.call.At;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.OpenFlags;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Every layer a folder with its difference, laid over those of its parents by a mount. */
public final class StackedDriver implements StorageDriver {
  private final Path root;
  private final LayerFolders folders;
  private final Stacking stacking;
  private final Children children = new Children();
  private final LayerLocks locks = new LayerLocks();
  private final Map<LayerId, String> lowerTexts = new ConcurrentHashMap<>();

  public StackedDriver(LayerFolders folders, Stacking stacking) throws IOException {
    this.root = folders.root();
    this.folders = folders;
    this.stacking = stacking;
    Files.createDirectories(root.resolve(StackFolder.LINKS));
    for (LayerId layer : layers()) {
      children.add(layer, folder(layer).parent());
    }
  }

  @Override
  public String name() {
    return stacking.name();
  }

  @Override
  public Map<String, String> status() {
    return stacking.status();
  }

  @Override
  public @Nullable LayerId parent(LayerId layer) throws IOException {
    return existing(layer).parent();
  }

  @Override
  public boolean isInit(LayerId layer) throws IOException {
    return layer.equals(InitLayer.above(parent(layer)));
  }

  @Override
  public boolean copiesWholeTrees() {
    return false;
  }

  @Override
  public Path place(LayerId layer) {
    StackFolder folder = folder(layer);
    return folder.isBase() ? folder.diff() : folder.merged();
  }

  @Override
  public void create(LayerId layer, @Nullable LayerId parent) throws IOException {
    make(layer, parent, LayerUse.IMAGE, place -> {}, place -> {});
  }

  @Override
  public void createWritable(LayerId layer, @Nullable LayerId parent, WritableOptions options)
      throws IOException {
    Map<String, String> wanted = stacking.check(options.options());
    make(
        layer,
        parent,
        LayerUse.CONTAINER,
        place -> stacking.limit(place, wanted),
        place -> makeWritable(new StackFolder(root, place), options));
  }

  @Override
  public LayerId init(@Nullable LayerId parent) throws IOException {
    LayerId init = InitLayer.above(parent);
    if (exists(init)) {
      return init;
    }
    try (LayerLocks.Held _ = locks.hold(parent == null ? init : parent)) {
      if (!exists(init)) {
        make(init, parent, LayerUse.INIT, place -> {}, this::fillInit);
      }
      return init;
    }
  }

  /** Through a mount: the kernel then copies the image's folders up with all that they are. */
  private void fillInit(Path place) throws IOException {
    StackFolder folder = new StackFolder(root, place);
    List<String> lower = folder.lower();
    if (lower.isEmpty()) {
      InitLayer.fillAt(folder.diff());
      return;
    }
    Files.createDirectory(folder.work());
    try {
      mount(folder, lower);
      InitLayer.fillAt(folder.merged());
    } finally {
      unmountNow(folder);
    }
    RemoveTree.at(folder.work());
  }

  /** {@code first} finds the folder empty: what is made in it later inherits. */
  private void make(
      LayerId layer,
      @Nullable LayerId parent,
      LayerUse use,
      LayerFolders.Work first,
      LayerFolders.Work more)
      throws IOException {
    if (layer.value().equals(StackFolder.LINKS)) {
      throw new IOException("not a layer id: " + layer);
    }
    try (LayerLocks.Held _ = locks.hold(parent == null ? layer : parent)) {
      if (parent != null && !exists(parent)) {
        throw new IOException("parent layer " + parent + " does not exist");
      }
      List<String> lower = new ArrayList<>();
      if (parent != null) {
        StackFolder below = folder(parent);
        lower.add(below.link());
        lower.addAll(below.lower());
      }
      if (use == LayerUse.IMAGE) {
        stacking.checkDepth(lower.size());
      }
      String link = StackFolder.newLink(root, layer);
      try {
        folders.create(
            layer,
            place -> {
              first.on(place);
              fill(place, link, lower, use.isDurable());
              more.on(place);
            });
      } catch (IOException | RuntimeException e) {
        Files.deleteIfExists(root.resolve(StackFolder.LINKS).resolve(link));
        throw e;
      }
      children.add(layer, parent);
    }
  }

  private static void fill(Path place, String link, List<String> lower, boolean durable)
      throws IOException {
    StackFolder folder = new StackFolder(place, place);
    Files.createDirectory(folder.diff());
    Files.setPosixFilePermissions(folder.diff(), PosixFilePermissions.fromString("rwxr-xr-x"));
    DurableText.write(place.resolve("link"), link, durable);
    if (!lower.isEmpty()) {
      String text =
          lower.stream().map(l -> StackFolder.LINKS + "/" + l).collect(Collectors.joining(":"));
      DurableText.write(place.resolve("lower"), text, durable);
    }
    Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rwx--x---"));
  }

  private static void makeWritable(StackFolder folder, WritableOptions options) throws IOException {
    Files.createDirectory(folder.work());
    if (options.rootUid() != 0 || options.rootGid() != 0) {
      try (Fd diff = At.open(folder.diff(), OpenFlags.READ_ONLY | OpenFlags.DIRECTORY)) {
        At.changeOwner(diff, (int) options.rootUid(), (int) options.rootGid());
      }
    }
  }

  @Override
  public long apply(LayerId layer, InputStream tar) throws IOException {
    // a layer is filled once, right after it was made
    Path diff = existing(layer).diff();
    boolean empty = isEmpty(diff);
    return Unpack.into(diff, tar, new UnpackOptions(new OverlayMarks(), false, null, empty));
  }

  private static boolean isEmpty(Path directory) throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      return !entries.iterator().hasNext();
    }
  }

  @Override
  public Path mount(LayerId layer) throws IOException {
    try (LayerLocks.Held held = locks.hold(layer)) {
      StackFolder folder = existing(layer);
      List<String> lower = folder.lower();
      if (lower.isEmpty()) {
        return folder.diff(); // nothing to lay it over
      }
      if (held.users() == 0 && !stacking.isMounted(folder.merged())) {
        mount(folder, lower);
      }
      held.users(held.users() + 1);
      return folder.merged();
    }
  }

  private void mount(StackFolder folder, List<String> lower) throws IOException {
    try {
      Files.createDirectory(folder.merged());
    } catch (FileAlreadyExistsException e) {
      // left by a crash between mkdir and mount, or unmounted by somebody else
    }
    stacking.mount(folder, root, lower);
  }

  @Override
  public void unmount(LayerId layer) throws IOException {
    try (LayerLocks.Held held = locks.hold(layer)) {
      if (!exists(layer)) {
        return;
      }
      int users = held.users() - 1;
      held.users(users);
      if (users <= 0) {
        unmountNow(folder(layer));
      }
    }
  }

  private void unmountNow(StackFolder folder) throws IOException {
    // more than one mount may lie there after a crash between mount and record
    while (stacking.unmount(folder.merged())) {}
    Files.deleteIfExists(folder.merged());
  }

  @Override
  public void diff(LayerId layer, OutputStream out) throws IOException {
    StackFolder folder = existing(layer);
    DiskWork.run(() -> {
      BufferedOutputStream buffered = new BufferedOutputStream(out, 64 * 1024);
      try (TarWriter tar = new TarWriter(buffered);
          Fd diff = At.open(folder.diff(), OpenFlags.PATH | OpenFlags.DIRECTORY)) {
        new Pack(tar, PackOptions.OVERLAY_LAYER).below(diff, "");
      }
    });
  }

  @Override
  public List<Change> changes(LayerId layer) throws IOException {
    StackFolder folder = existing(layer);
    return DiskWork.call(() -> StackChanges.of(folder.diff(), folder.lowerDirectories()));
  }

  @Override
  public long size(LayerId layer) throws IOException {
    return TreeSize.of(existing(layer).diff());
  }

  @Override
  public Map<String, String> details(LayerId layer) {
    StackFolder folder = folder(layer);
    Map<String, String> result = new LinkedHashMap<>();
    result.put("ID", layer.value());
    try {
      String lower = lowerText(layer, folder);
      if (!lower.isEmpty()) {
        result.put("LowerDir", lower);
      }
    } catch (IOException e) {
      result.put("Error", String.valueOf(e.getMessage()));
    }
    result.put("MergedDir", folder.merged().toString());
    result.put("UpperDir", folder.diff().toString());
    result.put("WorkDir", folder.work().toString());
    return result;
  }

  /** What a layer stands on never changes, and every inspect asks: kept after the first time. */
  private String lowerText(LayerId layer, StackFolder folder) throws IOException {
    String known = lowerTexts.get(layer);
    if (known == null) {
      List<Path> lower = folder.lowerDirectories();
      known = lower.stream().map(Path::toString).collect(Collectors.joining(":"));
      lowerTexts.put(layer, known);
    }
    return known;
  }

  @Override
  public void remove(LayerId layer) throws IOException {
    removeUnused(InitLayer.above(layer));
    lowerTexts.remove(layer);
    try (LayerLocks.Held held = locks.hold(layer)) {
      if (!exists(layer)) {
        held.users(0);
        return;
      }
      children.refuseIfAny(layer);
      StackFolder folder = folder(layer);
      unmountNow(folder);
      String link = linkOrNull(folder);
      folders.remove(layer);
      if (link != null) {
        Files.deleteIfExists(root.resolve(StackFolder.LINKS).resolve(link));
      }
      children.remove(layer);
      held.users(0);
    }
  }

  private void removeUnused(LayerId init) throws IOException {
    if (exists(init) && !children.isAny(init)) {
      remove(init);
    }
  }

  private static @Nullable String linkOrNull(StackFolder folder) {
    try {
      return folder.link();
    } catch (IOException e) {
      return null; // a damaged layer can still be removed; sweep takes the link
    }
  }

  @Override
  public boolean exists(LayerId layer) {
    return Files.exists(folders.of(layer).resolve("link"));
  }

  @Override
  public Set<LayerId> layers() throws IOException {
    return folders.list("link");
  }

  @Override
  public void sweep(Set<LayerId> known) throws IOException {
    folders.sweepTemporary(place -> unmountNow(new StackFolder(root, place)));
    Set<LayerId> unknown = new HashSet<>(layers());
    unknown.removeIf(l -> known.contains(l) || InitLayer.belongsToAny(known, l, children));
    for (LayerId layer : children.childrenFirst(unknown)) {
      try {
        children.refuseIfAny(layer);
      } catch (IOException neededByKnown) {
        continue; // a known layer stands on it: losing it would lose that one too
      }
      remove(layer);
    }
    sweepLinks();
  }

  private void sweepLinks() throws IOException {
    Path links = root.resolve(StackFolder.LINKS);
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(links)) {
      for (Path link : entries) {
        if (!Files.exists(link)) {
          Files.deleteIfExists(link);
        }
      }
    }
  }

  @Override
  public void close() {
    // mounts of running containers stay, and nothing else is held
  }

  private StackFolder folder(LayerId layer) {
    return new StackFolder(root, folders.of(layer));
  }

  private StackFolder existing(LayerId layer) throws IOException {
    if (!exists(layer)) {
      throw new NoSuchFileException("layer " + layer + " does not exist");
    }
    return folder(layer);
  }
}
