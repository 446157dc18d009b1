package dev.priok.host.store;

import dev.priok.model.id.Digest;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * Content by its digest: configs, manifests, layers' tars.
 *
 * <p>Below the folder, {@code sha256/<hex>} holds what is complete, {@code tmp} what is being
 * written. A blob appears by a rename after its bytes are on the disk and their digest is verified;
 * so a file that is there is whole, and after a crash only {@code tmp} has to be emptied.
 */
public final class Blobs {
  private final Path complete;
  private final Path temporary;

  public Blobs(Path root) throws IOException {
    this.complete = root.resolve("sha256");
    this.temporary = root.resolve("tmp");
    Files.createDirectories(complete);
    Files.createDirectories(temporary);
  }

  public boolean has(Digest digest) {
    return Files.isRegularFile(path(digest));
  }

  /** Where a blob's file is (to be read only), whether it is there or not. */
  public Path path(Digest digest) {
    return complete.resolve(digest.hex());
  }

  public long size(Digest digest) throws IOException {
    return Files.size(path(digest));
  }

  public InputStream open(Digest digest) throws IOException {
    return Files.newInputStream(path(digest));
  }

  /** A small blob as a whole. */
  public byte[] read(Digest digest) throws IOException {
    return Files.readAllBytes(path(digest));
  }

  public Digest write(byte[] content) throws IOException {
    Digest digest = Digest.of(content);
    if (has(digest)) {
      return digest;
    }
    try (Draft draft = draft()) {
      draft.out().write(content);
      return draft.finish();
    }
  }

  /** Begins a blob whose digest shows only at its end. */
  public Draft draft() throws IOException {
    return new Draft(scratch());
  }

  /** A fresh name in the same file system for content that needs no digest; the caller deletes. */
  public Path scratch() {
    return temporary.resolve(UUID.randomUUID().toString());
  }

  /** Takes over a complete scratch file whose digest the caller has computed from its bytes. */
  public void adopt(Path scratch, Digest digest) throws IOException {
    try (FileChannel channel = FileChannel.open(scratch, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    Files.move(scratch, path(digest), StandardCopyOption.ATOMIC_MOVE);
    syncFolder();
  }

  public void remove(Digest digest) throws IOException {
    Files.deleteIfExists(path(digest));
  }

  /** Empties {@code tmp} and removes every blob that {@code wanted} refuses; for the start. */
  public void sweep(Predicate<Digest> wanted) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(temporary)) {
      for (Path file : files) {
        removeTree(file);
      }
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(complete)) {
      for (Path file : files) {
        String text = "sha256:" + file.getFileName();
        if (!Digest.isDigest(text) || !wanted.test(new Digest(text))) {
          removeTree(file);
        }
      }
    }
  }

  /** Removes a file or a folder of scratch files; links are removed, not followed. */
  public static void removeTree(Path path) throws IOException {
    if (Files.isDirectory(path, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
      try (DirectoryStream<Path> children = Files.newDirectoryStream(path)) {
        for (Path child : children) {
          removeTree(child);
        }
      }
    }
    try {
      Files.delete(path);
    } catch (NoSuchFileException e) {
      return; // Removed by the one who wrote it, between the listing and now.
    }
  }

  private void syncFolder() throws IOException {
    try (FileChannel folder = FileChannel.open(complete, StandardOpenOption.READ)) {
      folder.force(true);
    }
  }

  /**
   * A blob being written. Closing an unfinished one removes it, so a full disk or a client that
   * went away leaves nothing.
   */
  public final class Draft implements AutoCloseable {
    private final Path file;
    private final FileChannel channel;
    private final MessageDigest hash = Digest.sha256();
    private final OutputStream out;
    private long length;
    private boolean finished;

    private Draft(Path file) throws IOException {
      this.file = file;
      this.channel =
          FileChannel.open(file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
      this.out =
          new FilterOutputStream(Channels.newOutputStream(channel)) {
            @Override
            public void write(int b) throws IOException {
              write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int count) throws IOException {
              out.write(bytes, offset, count);
              hash.update(bytes, offset, count);
              length += count;
            }

            @Override
            public void close() {
              // The draft owns the channel: a compressor on top may be closed before finish().
            }
          };
    }

    public OutputStream out() {
      return out;
    }

    /** Bytes so far. */
    public long length() {
      return length;
    }

    /** Begins again, for a transfer that could not be resumed. */
    public void restart() throws IOException {
      channel.truncate(0);
      channel.position(0);
      hash.reset();
      length = 0;
    }

    /** Makes the blob durable under the digest that its bytes have. */
    public Digest finish() throws IOException {
      Digest digest = Digest.from(hash);
      channel.force(true);
      channel.close();
      try {
        Files.move(file, path(digest), StandardCopyOption.ATOMIC_MOVE);
      } catch (FileAlreadyExistsException e) {
        Files.delete(file);
      }
      finished = true;
      syncFolder();
      return digest;
    }

    /** Makes the blob durable if its bytes have this digest, else removes it and returns false. */
    public boolean finish(Digest expected) throws IOException {
      MessageDigest copy = cloneOf(hash);
      if (!Digest.from(copy).equals(expected)) {
        close();
        return false;
      }
      return finish().equals(expected);
    }

    @Override
    public void close() throws IOException {
      if (!finished) {
        finished = true;
        channel.close();
        Files.deleteIfExists(file);
      }
    }
  }

  private static MessageDigest cloneOf(MessageDigest hash) {
    try {
      return (MessageDigest) hash.clone();
    } catch (CloneNotSupportedException e) {
      throw new AssertionError("the JDK's SHA-256 can be cloned", e);
    }
  }
}
