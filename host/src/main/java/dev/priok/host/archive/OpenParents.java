package dev.priok.host.archive;

import dev.priok.kernel.call.At;
import dev.priok.kernel.call.Errno;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.FileStat;
import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.call.OpenFlags;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Directories below a root, opened without ever leaving it and kept open for the entries that
 * follow: a tar names the files of a directory one after the other.
 *
 * <p>Links on the way are resolved as in a chroot (openat2, RESOLVE_IN_ROOT). Missing directories
 * are made, owned by root with mode 0755, as Docker makes them.
 */
final class OpenParents implements AutoCloseable {
  private static final int KEPT = 32;
  private static final int MOST_LINKS = 40;

  private final Fd root;
  private final LinkedHashMap<String, Fd> open = new LinkedHashMap<>(64, 0.75f, true);

  OpenParents(Fd root) {
    this.root = root;
  }

  /** The directory, made if need be; stays ours. */
  Fd get(String path) throws IOException {
    return get(path, 0);
  }

  private Fd get(String path, int links) throws IOException {
    if (path.isEmpty()) {
      return root;
    }
    Fd known = open.get(path);
    if (known != null) {
      return known;
    }
    Fd found;
    try {
      found = openDirectory(path);
    } catch (LinuxException e) {
      if (!e.is(Errno.ENOENT)) {
        throw e;
      }
      found = make(path, links);
    }
    open.put(path, found);
    if (open.size() > KEPT) {
      Map.Entry<String, Fd> eldest = open.pollFirstEntry();
      if (eldest != null) {
        eldest.getValue().close();
      }
    }
    return found;
  }

  private Fd openDirectory(String path) throws LinuxException {
    return At.openInRoot(root, path, OpenFlags.PATH | OpenFlags.DIRECTORY, 0);
  }

  private Fd make(String path, int links) throws IOException {
    Fd parent = get(EntryPath.parent(path), links);
    String base = EntryPath.base(path);
    try {
      At.makeDirectory(parent, base, 0755);
      At.changeMode(parent, base, 0755);
    } catch (LinuxException e) {
      if (!e.is(Errno.EEXIST)) {
        throw e;
      }
      FileStat there = At.stat(parent, base);
      if (!there.isSymlink() || links >= MOST_LINKS) {
        throw e;
      }
      // a link to a directory that a lower layer has and this one has not
      String target = At.readLink(parent, base);
      String full = target.startsWith("/") ? target : EntryPath.parent(path) + "/" + target;
      get(EntryPath.clamped(full), links + 1);
    }
    return openDirectory(path);
  }

  /** To be called when a directory or link was removed: paths may mean something else now. */
  void forget() {
    open.values().forEach(Fd::close);
    open.clear();
  }

  @Override
  public void close() {
    forget();
  }
}
