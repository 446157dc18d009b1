package dev.priok.cli.archive;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;

/** A file or a directory with all below as a tar archive that is made while it is read. */
public final class TarSource extends InputStream {
  private static final int KIND = 0170000;
  private static final int REGULAR = 0100000;
  private static final int FOLDER = 0040000;
  private static final int LINK = 0120000;

  private final Path root;
  private final String name;
  private final Deque<Path> paths = new ArrayDeque<>();
  private InputStream current = InputStream.nullInputStream();
  private long expected;
  private int padding;
  private Path pending = Path.of("");
  private long pendingSize;
  private boolean ended;
  private long copied;

  /** Archives {@code root} under the name {@code name}; {@code .} makes its content the top. */
  public TarSource(Path root, String name) {
    this.root = root;
    this.name = name;
    paths.push(root);
  }

  /** Bytes handed out so far. */
  public long copied() {
    return copied;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    while (true) {
      int limit = expected > 0 ? (int) Math.min(length, expected) : length;
      int n = current.read(target, offset, limit);
      if (n > 0) {
        copied += n;
        if (expected > 0) {
          expected -= n;
          if (expected == 0) {
            current.close();
            current = new ByteArrayInputStream(new byte[padding]);
          }
        }
        return n;
      }
      if (expected > 0) {
        throw new IOException("a file became shorter while it was copied");
      }
      if (!advance()) {
        return -1;
      }
    }
  }

  @Override
  public void close() throws IOException {
    current.close();
  }

  private boolean advance() throws IOException {
    if (pendingSize > 0) {
      current = Files.newInputStream(pending, LinkOption.NOFOLLOW_LINKS);
      expected = pendingSize;
      padding = TarHeaders.padding(pendingSize);
      pendingSize = 0;
      return true;
    }
    while (!paths.isEmpty()) {
      Path path = paths.pop();
      Map<String, Object> attributes =
          Files.readAttributes(path, "unix:*", LinkOption.NOFOLLOW_LINKS);
      int mode = (Integer) attributes.getOrDefault("mode", 0);
      int kind = mode & KIND;
      if (kind != REGULAR && kind != FOLDER && kind != LINK) {
        // Sockets, pipes and devices: an archive made by a user's command leaves them out.
        continue;
      }
      if (kind == FOLDER) {
        try (DirectoryStream<Path> children = Files.newDirectoryStream(path)) {
          children.forEach(paths::push);
        }
      }
      long size = kind == REGULAR ? (Long) attributes.getOrDefault("size", 0L) : 0;
      FileTime time =
          (FileTime) attributes.getOrDefault("lastModifiedTime", FileTime.fromMillis(0));
      char type = kind == LINK ? TarEntry.SYMLINK : TarEntry.FILE;
      current =
          new ByteArrayInputStream(
              TarHeaders.of(
                  new TarEntry(
                      entryName(path, kind == FOLDER),
                      kind == LINK ? Files.readSymbolicLink(path).toString() : "",
                      kind == FOLDER ? TarEntry.DIRECTORY : type,
                      mode & 07777,
                      (Integer) attributes.getOrDefault("uid", 0),
                      (Integer) attributes.getOrDefault("gid", 0),
                      size,
                      Math.floorDiv(time.toMillis(), 1000L))));
      pending = path;
      pendingSize = size;
      return true;
    }
    if (ended) {
      return false;
    }
    ended = true;
    current = new ByteArrayInputStream(new byte[1024]);
    return true;
  }

  private String entryName(Path path, boolean directory) {
    String below = root.relativize(path).toString();
    String full = below.isEmpty() ? name : name + "/" + below;
    return directory ? full + "/" : full;
  }
}
