package dev.priok.host.storage;

import dev.priok.host.archive.DiskWork;
import dev.priok.host.archive.OverlayMarks;
import dev.priok.host.archive.Pack;
import dev.priok.host.archive.PackOptions;
import dev.priok.host.archive.RemoveTree;
import dev.priok.host.archive.TarWriter;
import dev.priok.host.archive.TreeSize;
import dev.priok.host.archive.Unpack;
import dev.priok.host.archive.UnpackOptions;
import dev.priok.kernel.call.At;
import dev.priok.kernel.call.Errno;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.call.OpenFlags;
import dev.priok.kernel.fs.FileSystems;
import dev.priok.kernel.fs.Mounts;
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

/**
 * Layers as upper and lower directories of overlayfs, in Docker's layout ({@link OverlayFolder}).
 */
public final class OverlayDriver implements StorageDriver {
  public static final String NAME = "overlay2";

  private static final long OVERLAYFS_MAGIC = 0x794C7630L;

  /** The kernel takes one page of options; its last byte is a zero. */
  private static final int PAGE = 4095;

  /** Room for what containers add to an image, where it is made in its temporary place as well. */
  private static final int ABOVE_AN_IMAGE = 3;

  private final Path root;
  private final LayerFolders folders;
  private final List<String> kernelOptions;
  private final String backingFileSystem;
  private final Children children = new Children();
  private final LayerLocks locks = new LayerLocks();
  private final Map<LayerId, String> lowerTexts = new ConcurrentHashMap<>();

  private OverlayDriver(Path root, LayerFolders folders, List<String> kernelOptions)
      throws IOException {
    this.root = root;
    this.folders = folders;
    this.kernelOptions = kernelOptions;
    this.backingFileSystem = FileSystems.usage(root).name();
    for (LayerId layer : layers()) {
      children.add(layer, folder(layer).parent());
    }
  }

  /** Opens the driver below a data root and shows by a real mount that it works there. */
  static OverlayDriver open(Path dataRoot, Map<String, String> options) throws IOException {
    for (String option : options.keySet()) {
      if (option.equals("overlay2.size")) {
        throw new IOException(
            "Storage option overlay2.size not supported: project quotas are not available");
      }
      if (!option.equals("overlay2.override_kernel_check")) {
        throw new IOException("overlay2: unknown option " + option);
      }
    }
    Path root = dataRoot.resolve(NAME);
    LayerFolders folders = new LayerFolders(root);
    Files.createDirectories(root.resolve(OverlayFolder.LINKS));
    List<String> kernelOptions = OverlayProbe.kernelOptions();
    OverlayProbe.mustWork(root.resolve(".tmp"), kernelOptions);
    return new OverlayDriver(root, folders, kernelOptions);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Map<String, String> status() {
    Map<String, String> rows = new LinkedHashMap<>();
    rows.put("Backing Filesystem", backingFileSystem);
    rows.put("Supports d_type", "true");
    rows.put("Using metacopy", "false");
    rows.put("Native Overlay Diff", "true");
    rows.put("userxattr", "false");
    return rows;
  }

  @Override
  public void create(LayerId layer, @Nullable LayerId parent) throws IOException {
    make(layer, parent, true, place -> {});
  }

  @Override
  public void createWritable(LayerId layer, @Nullable LayerId parent, WritableOptions options)
      throws IOException {
    for (String option : options.options().keySet()) {
      if (!option.equals("size")) {
        throw new IOException("Unknown option " + option);
      }
      throw new IOException(
          "--storage-opt is supported only for overlay over xfs with 'pquota' mount option");
    }
    make(layer, parent, false, place -> makeWritable(new OverlayFolder(root, place), options));
  }

  @Override
  public LayerId init(@Nullable LayerId parent) throws IOException {
    LayerId init = InitLayer.above(parent);
    if (exists(init)) {
      return init;
    }
    try (LayerLocks.Held _ = locks.hold(parent == null ? init : parent)) {
      if (!exists(init)) {
        make(init, parent, true, this::fillInit);
      }
      return init;
    }
  }

  /** Through a mount: the kernel then copies the image's folders up with all that they are. */
  private void fillInit(Path place) throws IOException {
    OverlayFolder folder = new OverlayFolder(root, place);
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

  private void make(
      LayerId layer, @Nullable LayerId parent, boolean durable, LayerFolders.Work more)
      throws IOException {
    if (layer.value().equals(OverlayFolder.LINKS)) {
      throw new IOException("not a layer id: " + layer);
    }
    try (LayerLocks.Held _ = locks.hold(parent == null ? layer : parent)) {
      if (parent != null && !exists(parent)) {
        throw new IOException("parent layer " + parent + " does not exist");
      }
      List<String> lower = new ArrayList<>();
      if (parent != null) {
        OverlayFolder below = folder(parent);
        lower.add(below.link());
        lower.addAll(below.lower());
      }
      refuseTooDeep(layer, lower);
      String link = OverlayFolder.newLink(root, layer);
      try {
        folders.create(
            layer,
            place -> {
              fill(place, link, lower, durable);
              more.on(place);
            });
      } catch (IOException | RuntimeException e) {
        Files.deleteIfExists(root.resolve(OverlayFolder.LINKS).resolve(link));
        throw e;
      }
      children.add(layer, parent);
    }
  }

  private static void fill(Path place, String link, List<String> lower, boolean durable)
      throws IOException {
    OverlayFolder folder = new OverlayFolder(place, place);
    Files.createDirectory(folder.diff());
    Files.setPosixFilePermissions(folder.diff(), PosixFilePermissions.fromString("rwxr-xr-x"));
    DurableText.write(place.resolve("link"), link, durable);
    if (!lower.isEmpty()) {
      String text =
          lower.stream().map(l -> OverlayFolder.LINKS + "/" + l).collect(Collectors.joining(":"));
      DurableText.write(place.resolve("lower"), text, durable);
    }
    Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rwx--x---"));
  }

  private static void makeWritable(OverlayFolder folder, WritableOptions options)
      throws IOException {
    Files.createDirectory(folder.work());
    if (options.rootUid() != 0 || options.rootGid() != 0) {
      try (Fd diff = At.open(folder.diff(), OpenFlags.READ_ONLY | OpenFlags.DIRECTORY)) {
        At.changeOwner(diff, (int) options.rootUid(), (int) options.rootGid());
      }
    }
  }

  /** A layer that could be made and never mounted would help nobody. */
  private static void refuseTooDeep(LayerId layer, List<String> lower) throws IOException {
    // the longest form of optionsText: a descriptor of four digits, upper and work
    int length =
        (lower.size() + ABOVE_AN_IMAGE)
                * ("/proc/self/fd/1234/:".length()
                    + lower.stream().mapToInt(String::length).max().orElse(0))
            + 2 * ("/proc/self/fd/1234/../".length() + layer.value().length())
            + 160;
    if (length > PAGE) {
      throw new IOException("max depth exceeded");
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
      OverlayFolder folder = existing(layer);
      List<String> lower = folder.lower();
      if (lower.isEmpty()) {
        return folder.diff(); // nothing to lay it over
      }
      if (held.users() == 0 && !isMounted(folder.merged())) {
        mount(folder, lower);
      }
      held.users(held.users() + 1);
      return folder.merged();
    }
  }

  private void mount(OverlayFolder folder, List<String> lower) throws IOException {
    try {
      Files.createDirectory(folder.merged());
    } catch (FileAlreadyExistsException e) {
      // left by a crash between mkdir and mount, or unmounted by somebody else
    }
    List<Path> lowerDirectories = new ArrayList<>();
    Path links = root.resolve(OverlayFolder.LINKS);
    if (!folder.isWritable()) {
      lowerDirectories.add(folder.diff());
    }
    lower.forEach(name -> lowerDirectories.add(links.resolve(name)));
    Path upper = folder.isWritable() ? folder.diff() : null;
    Path work = folder.isWritable() ? folder.work() : null;
    String text = Mounts.overlayOptions(lowerDirectories, upper, work, kernelOptions);
    if (text.length() <= PAGE) {
      Mounts.overlay(folder.merged(), lowerDirectories, upper, work, 0, kernelOptions);
    } else {
      mountThroughDescriptor(folder, lower);
    }
  }

  /**
   * With very many layers absolute paths do not fit into the page of options. Docker starts a
   * process whose working directory is the driver's root; a descriptor's link in /proc is as short
   * and needs none.
   */
  private void mountThroughDescriptor(OverlayFolder folder, List<String> lower) throws IOException {
    try (Fd links =
        At.open(root.resolve(OverlayFolder.LINKS), OpenFlags.PATH | OpenFlags.DIRECTORY)) {
      Path base = Path.of("/proc/self/fd/" + links.number());
      List<Path> lowerDirectories = new ArrayList<>();
      Path own = base.resolve("..").resolve(folder.below(root));
      if (!folder.isWritable()) {
        lowerDirectories.add(own.resolve("diff"));
      }
      lower.forEach(name -> lowerDirectories.add(base.resolve(name)));
      Path upper = folder.isWritable() ? own.resolve("diff") : null;
      Path work = folder.isWritable() ? own.resolve("work") : null;
      Mounts.overlay(folder.merged(), lowerDirectories, upper, work, 0, kernelOptions);
    }
  }

  private static boolean isMounted(Path merged) throws IOException {
    try {
      return FileSystems.usage(merged).magic() == OVERLAYFS_MAGIC;
    } catch (LinuxException e) {
      if (e.is(Errno.ENOENT)) {
        return false;
      }
      throw e;
    }
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

  private static void unmountNow(OverlayFolder folder) throws IOException {
    // more than one mount may lie there after a crash between mount and record
    while (Mounts.unmountIfMounted(folder.merged())) {}
    Files.deleteIfExists(folder.merged());
  }

  @Override
  public void diff(LayerId layer, OutputStream out) throws IOException {
    OverlayFolder folder = existing(layer);
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
    OverlayFolder folder = existing(layer);
    return DiskWork.call(() -> OverlayChanges.of(folder.diff(), folder.lowerDirectories()));
  }

  @Override
  public long size(LayerId layer) throws IOException {
    return TreeSize.of(existing(layer).diff());
  }

  @Override
  public Map<String, String> details(LayerId layer) {
    OverlayFolder folder = folder(layer);
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
  private String lowerText(LayerId layer, OverlayFolder folder) throws IOException {
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
      OverlayFolder folder = folder(layer);
      unmountNow(folder);
      String link = linkOrNull(folder);
      folders.remove(layer);
      if (link != null) {
        Files.deleteIfExists(root.resolve(OverlayFolder.LINKS).resolve(link));
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

  private static @Nullable String linkOrNull(OverlayFolder folder) {
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
    folders.sweepTemporary(place -> unmountNow(new OverlayFolder(root, place)));
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
    Path links = root.resolve(OverlayFolder.LINKS);
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

  private OverlayFolder folder(LayerId layer) {
    return new OverlayFolder(root, folders.of(layer));
  }

  private OverlayFolder existing(LayerId layer) throws IOException {
    if (!exists(layer)) {
      throw new NoSuchFileException("layer " + layer + " does not exist");
    }
    return folder(layer);
  }
}
