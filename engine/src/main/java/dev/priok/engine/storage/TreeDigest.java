package dev.priok.engine.storage;

import dev.priok.host.archive.DiskWork;
import dev.priok.host.archive.XattrRules;
import dev.priok.kernel.call.At;
import dev.priok.kernel.call.DirectoryEntry;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.FileStat;
import dev.priok.kernel.call.Io;
import dev.priok.kernel.call.OpenFlags;
import dev.priok.kernel.fs.Xattrs;
import dev.priok.model.id.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A digest of a tree as its users see it: every path with type, mode, owner, size, link target,
 * device and attributes, and of some files the content and the time too. Sockets do not count: no
 * tar can hold them.
 */
final class TreeDigest {
  private static final int DIRECTORY =
      OpenFlags.READ_ONLY | OpenFlags.DIRECTORY | OpenFlags.NO_FOLLOW;
  private static final int READ_FILE =
      OpenFlags.READ_ONLY | OpenFlags.NO_FOLLOW | OpenFlags.NON_BLOCKING;

  private final MessageDigest digest = Digest.sha256();
  private final Predicate<String> whole;
  private final byte[] buffer = new byte[64 * 1024];

  private TreeDigest(Predicate<String> whole) {
    this.whole = whole;
  }

  /**
   * The digest of what is below a directory.
   *
   * @param whole says of which paths content and time count; those of images were verified when
   *     their layers were filled
   */
  static Digest of(Path root, Predicate<String> whole) throws IOException {
    return DiskWork.call(() -> {
      TreeDigest tree = new TreeDigest(whole);
      try (Fd top = At.open(root, DIRECTORY)) {
        tree.below(top, "");
      }
      return Digest.from(tree.digest);
    });
  }

  private void below(Fd directory, String path) throws IOException {
    List<DirectoryEntry> entries = At.list(directory);
    entries.sort(Comparator.comparing(DirectoryEntry::name));
    for (DirectoryEntry entry : entries) {
      entry(directory, entry.name(), path + "/" + entry.name());
    }
  }

  private void entry(Fd directory, String name, String path) throws IOException {
    FileStat stat = At.stat(directory, name);
    if (stat.type() == FileStat.SOCKET) {
      return;
    }
    boolean counts = whole.test(path);
    line(path, stat.mode(), stat.uid(), stat.gid());
    if (stat.isSymlink()) {
      line(At.readLink(directory, name));
    } else if (stat.isRegular()) {
      line(stat.size());
    } else if (!stat.isDirectory()) {
      line(stat.rdev());
    }
    if (counts && !stat.isDirectory()) {
      line(stat.modified());
    }
    try (Fd self = At.open(directory, name, OpenFlags.PATH | OpenFlags.NO_FOLLOW, 0)) {
      attributes(self);
    }
    if (counts && stat.isRegular()) {
      content(directory, name);
    }
    if (stat.isDirectory()) {
      try (Fd inside = At.open(directory, name, DIRECTORY, 0)) {
        below(inside, path);
      }
    }
  }

  private void attributes(Fd file) throws IOException {
    for (String name : Xattrs.list(file).stream().sorted().toList()) {
      Optional<byte[]> value = XattrRules.travels(name) ? Xattrs.get(file, name) : Optional.empty();
      if (value.isPresent()) {
        line(name, HexFormat.of().formatHex(value.get()));
      }
    }
  }

  private void content(Fd directory, String name) throws IOException {
    try (Fd file = At.open(directory, name, READ_FILE, 0)) {
      int count;
      while ((count = Io.read(file, buffer, 0, buffer.length)) > 0) {
        digest.update(buffer, 0, count);
      }
    }
  }

  private void line(Object... fields) {
    for (Object field : fields) {
      digest.update(field.toString().getBytes(StandardCharsets.UTF_8));
      digest.update((byte) 0);
    }
  }
}
