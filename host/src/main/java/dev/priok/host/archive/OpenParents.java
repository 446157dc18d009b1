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
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Directories below a root, opened without ever leaving it and kept open for the entries that
 * follow: a tar names the files of a directory one after the other.
 *
 * <p>Links on the way are resolved as in a chroot (openat2, RESOLVE_IN_ROOT). Missing directories
 * are made, owned by root with mode 0755, as Docker makes them.
 */
final class OpenParents implements AutoCloseable {
  private static final int DIRECTORY = OpenFlags.PATH | OpenFlags.DIRECTORY;
  private static final int KEPT = 32;
  private static final int MOST_LINKS = 40;

  private final Fd root;
  private final LinkSeen linkSeen;
  private final LinkedHashMap<String, Shared> open = new LinkedHashMap<>(64, 0.75f, true);

  /** Told before a link on the way to a directory is followed. */
  @FunctionalInterface
  interface LinkSeen {
    void run() throws IOException;
  }

  /** An open directory that others than its owner may use beyond the next {@link #forget}. */
  private static final class Shared {
    private final Fd fd;
    private final AtomicInteger holders = new AtomicInteger(1);

    Shared(Fd fd) {
      this.fd = fd;
    }

    void release() {
      if (holders.decrementAndGet() == 0) {
        fd.close();
      }
    }
  }

  /** A directory kept open until it is closed here, on any thread. */
  record Hold(Fd directory, Runnable release) {}

  OpenParents(Fd root, LinkSeen linkSeen) {
    this.root = root;
    this.linkSeen = linkSeen;
  }

  /** As {@link #get}, for a user who needs it longer. */
  Hold hold(String path) throws IOException {
    Fd found = get(path);
    Shared shared = open.get(path);
    if (shared == null) {
      return new Hold(found, () -> {}); // the root, which outlives us
    }
    shared.holders.incrementAndGet();
    return new Hold(found, shared::release);
  }

  /** The directory, made if need be; stays ours. */
  Fd get(String path) throws IOException {
    return get(path, 0);
  }

  private Fd get(String path, int links) throws IOException {
    if (path.isEmpty()) {
      return root;
    }
    Shared known = open.get(path);
    if (known != null) {
      return known.fd;
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
    Shared before = open.put(path, new Shared(found)); // made while following a link, perhaps
    if (before != null) {
      before.release();
    }
    if (open.size() > KEPT) {
      Map.Entry<String, Shared> eldest = open.pollFirstEntry();
      if (eldest != null) {
        eldest.getValue().release();
      }
    }
    return found;
  }

  private Fd openDirectory(String path) throws IOException {
    try {
      return At.openResolved(root, path, DIRECTORY, 0, At.RESOLVE_IN_ROOT | At.RESOLVE_NO_SYMLINKS);
    } catch (LinuxException e) {
      if (!e.is(Errno.ELOOP)) {
        throw e;
      }
      linkSeen.run();
      return At.openInRoot(root, path, DIRECTORY, 0);
    }
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
    open.values().forEach(Shared::release);
    open.clear();
  }

  @Override
  public void close() {
    forget();
  }
}
