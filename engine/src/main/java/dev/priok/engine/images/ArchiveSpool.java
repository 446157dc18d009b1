package dev.priok.engine.images;

import dev.priok.host.archive.Compression;
import dev.priok.host.store.Blobs;
import dev.priok.model.error.EngineException;
import dev.priok.model.error.ErrorKind;
import dev.priok.model.id.Digest;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * The files of an image archive, by the names they have in it.
 *
 * <p>Entries may come in any order, the list of images last, so all are kept until it is read. On
 * the disk they are numbered: a name out of an archive is looked up in a map and never becomes a
 * path, so it cannot lead anywhere.
 */
final class ArchiveSpool implements AutoCloseable {
  private static final int MOST_ENTRIES = 100_000;
  private static final int LARGEST_DOCUMENT = 16 << 20;
  private static final int MOST_LINKS = 40;

  /** One file of the archive. */
  record Item(Path file, long size, Digest digest) {}

  private final Path folder;
  private final Map<String, Item> items = new HashMap<>();
  private final Map<String, String> links = new HashMap<>();

  private ArchiveSpool(Path folder) {
    this.folder = folder;
  }

  /** Reads the whole archive, packed or not; a truncated one is refused. */
  static ArchiveSpool read(InputStream archive, Blobs blobs, Progress progress) throws IOException {
    ArchiveSpool spool = new ArchiveSpool(Files.createDirectory(blobs.scratch()));
    boolean complete = false;
    try (InputStream plain = Compression.decompress(archive)) {
      spool.fill(plain, progress);
      complete = true;
      return spool;
    } catch (EOFException e) {
      throw new EngineException(ErrorKind.INVALID, "unexpected EOF", e);
    } finally {
      if (!complete) {
        spool.close();
      }
    }
  }

  private void fill(InputStream plain, Progress progress) throws IOException {
    TarArchiveInputStream tar = new TarArchiveInputStream(plain);
    byte[] buffer = new byte[1 << 16];
    int number = 0;
    for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
      if (++number > MOST_ENTRIES) {
        throw EngineException.invalid("invalid archive: more than %d entries", MOST_ENTRIES);
      }
      String name = normal("", entry.getName());
      if (entry.isSymbolicLink()) {
        int slash = name.lastIndexOf('/');
        links.put(name, normal(slash < 0 ? "" : name.substring(0, slash), entry.getLinkName()));
      } else if (entry.isLink()) {
        links.put(name, normal("", entry.getLinkName()));
      } else if (entry.isFile()) {
        Path file = folder.resolve(Integer.toString(number));
        MessageDigest hash = Digest.sha256();
        long size = 0;
        try (OutputStream out = new DigestOutputStream(Files.newOutputStream(file), hash)) {
          for (int n = tar.read(buffer); n >= 0; n = tar.read(buffer)) {
            progress.check();
            out.write(buffer, 0, n);
            size += n;
          }
        }
        if (size < entry.getSize()) {
          throw new EOFException("unexpected EOF");
        }
        items.put(name, new Item(file, size, Digest.from(hash)));
      }
    }
    if (number == 0) {
      throw EngineException.invalid("unexpected EOF");
    }
    // What follows the end marker is read too, so that a client is not cut off while it sends.
    while (plain.read(buffer) >= 0) {
      progress.check();
    }
  }

  /** Resolves {@code .} and {@code ..} inside the archive; its root is its own parent. */
  private static String normal(String base, String name) {
    Deque<String> parts = new ArrayDeque<>();
    String whole = name.startsWith("/") ? name : base + "/" + name;
    for (String part : whole.split("/", -1)) {
      if (part.equals("..")) {
        parts.pollLast();
      } else if (!part.isEmpty() && !part.equals(".")) {
        parts.addLast(part);
      }
    }
    return String.join("/", parts);
  }

  /** A file by its name, links followed inside the archive. */
  Optional<Item> find(String name) {
    String at = normal("", name);
    for (int i = 0; i < MOST_LINKS; i++) {
      Item item = items.get(at);
      if (item != null) {
        return Optional.of(item);
      }
      String next = links.get(at);
      if (next == null) {
        return Optional.empty();
      }
      at = next;
    }
    return Optional.empty();
  }

  Item require(String name) {
    return find(name)
        .orElseThrow(() -> EngineException.invalid("invalid archive: %s is missing", name));
  }

  /** A document as a whole. */
  byte[] document(String name) throws IOException {
    Item item = require(name);
    if (item.size() > LARGEST_DOCUMENT) {
      throw EngineException.invalid("invalid archive: %s is too large", name);
    }
    return Files.readAllBytes(item.file());
  }

  @Override
  public void close() throws IOException {
    Blobs.removeTree(folder);
  }
}
