package dev.priok.engine.volumes;

import dev.priok.host.archive.DiskWork;
import dev.priok.host.archive.IdMap;
import dev.priok.host.archive.RemoveTree;
import dev.priok.host.archive.TreeSize;
import dev.priok.host.storage.quota.SizeLimits;
import dev.priok.model.error.EngineException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The driver {@code local}: a folder each, with something mounted over it while it is used where
 * its options say so.
 */
final class LocalDriver implements VolumeDriver {
  static final String NAME = "local";

  private static final String DATA = "_data";

  private final Path root;
  private final IdMap ids;
  private final LocalMounts mounts = new LocalMounts();
  private final SizeLimits limits;

  LocalDriver(Path root, IdMap ids) throws IOException {
    this.root = root;
    this.ids = ids;
    Files.createDirectories(root);
    Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwx-----x"));
    this.limits = SizeLimits.of(root, DATA);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String scope() {
    return "local";
  }

  /** Where a volume's files are. */
  Path data(String name) {
    return root.resolve(name).resolve(DATA);
  }

  @Override
  public void create(String name, Map<String, String> options) {
    VolumeRules.name(name);
    VolumeRules.options(name, options);
    long size = VolumeRules.size(name, options);
    Path folder = root.resolve(name);
    try {
      if (size > 0 && !limits.areKept()) {
        throw EngineException.invalid("create %s: quota size requested but no quota support", name);
      }
      // what lies here has no record: a half-made or half-removed volume
      mounts.unmount(folder.resolve(DATA));
      remove(folder);
      Files.createDirectory(folder);
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx-----x"));
      Files.createDirectory(folder.resolve(DATA));
      Files.setPosixFilePermissions(
          folder.resolve(DATA), PosixFilePermissions.fromString("rwxr-xr-x"));
      if (size > 0) {
        limits.limit(folder.resolve(DATA), size);
      }
      if (!ids.isNone()) {
        Files.setAttribute(folder.resolve(DATA), "unix:uid", (int) ids.rootUser());
        Files.setAttribute(folder.resolve(DATA), "unix:gid", (int) ids.rootGroup());
      }
    } catch (IOException e) {
      throw EngineException.internal(
          "error while creating volume root path '%s': %s".formatted(folder, e.getMessage()), e);
    }
  }

  @Override
  public void remove(VolumeRecord volume) {
    // the mount goes first: nobody may find the device's files removed with the folder
    mounts.unmount(data(volume.name()));
    Path folder = root.resolve(volume.name());
    try {
      DiskWork.run(() -> remove(folder));
    } catch (IOException e) {
      throw EngineException.internal(
          "error removing volume path '%s': %s".formatted(folder, e.getMessage()), e);
    }
  }

  private void remove(Path folder) throws IOException {
    limits.remove(folder.resolve(DATA));
    RemoveTree.at(folder);
  }

  @Override
  public Path mount(VolumeRecord volume, String user) {
    mounts.acquire(volume, data(volume.name()), user);
    return data(volume.name());
  }

  /** A user of before this daemon's start; plugins remember theirs themselves. */
  void claim(VolumeRecord volume, String user) {
    mounts.claim(volume, user);
  }

  @Override
  public void unmount(VolumeRecord volume, String user) {
    mounts.release(volume, data(volume.name()), user);
  }

  @Override
  public String mountpoint(VolumeRecord volume) {
    return data(volume.name()).toString();
  }

  /** Counts the files in a volume. */
  TreeSize.Counted count(String name) throws IOException {
    return TreeSize.count(data(name));
  }

  /** After all users of before have been claimed: takes away mounts that nobody uses. */
  void unmountUnused(VolumeRecord volume) {
    mounts.unmountUnused(volume, data(volume.name()));
  }

  /**
   * Removes folders without a record, left by a crash: such with the folder of data, and empty
   * ones, as they are for a moment when a volume is made or removed. Others are somebody else's.
   */
  void sweep(Predicate<String> known) throws IOException {
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(root)) {
      for (Path folder : folders) {
        String name = String.valueOf(folder.getFileName());
        if (known.test(name)) {
          continue;
        }
        if (Files.isDirectory(folder.resolve(DATA))) {
          mounts.unmount(folder.resolve(DATA));
          DiskWork.run(() -> remove(folder));
        } else if (VolumeRules.isName(name) && isEmptyDirectory(folder)) {
          Files.delete(folder);
        }
      }
    }
  }

  private static boolean isEmptyDirectory(Path path) throws IOException {
    if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
      return !entries.iterator().hasNext();
    }
  }
}
