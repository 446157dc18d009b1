package dev.priok.engine.containers;

import dev.priok.model.error.EngineException;
import dev.priok.model.id.ContainerId;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where checkpoints are: {@code <data root>/containers/<id>/checkpoints/<name>}, as in Docker, or
 * {@code <folder of the client's choice>/<name>}.
 *
 * <p>One that is being made has a name that no checkpoint can have, and gets its own when all of it
 * is on the disk. The file {@code .making} among the container's own checkpoints says where that
 * is, so that the next daemon takes away what this one did not complete.
 */
final class CheckpointFolders {
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]+");

  /** A name becomes part of a file's, which may have 255 bytes. */
  private static final int LONGEST = 200;

  private static final FileAttribute<?> PRIVATE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  /** CRIU writes it with every checkpoint (criu(8)). */
  private static final String INVENTORY = "inventory.img";

  private final ContainerFiles files;

  CheckpointFolders(ContainerFiles files) {
    this.files = files;
  }

  static void checkName(String name) {
    if (!NAME.matcher(name).matches() || name.length() > LONGEST) {
      throw EngineException.invalid(
          "Invalid checkpoint ID (%s), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed", name);
    }
  }

  /** All of a container's, or all in a folder, by name. */
  List<String> names(Container container, @Nullable String folder) throws IOException {
    Path root = root(container.id(), folder);
    if (!Files.exists(root) && folder != null) {
      throw EngineException.notFound(
          "checkpoint directory \"%s\" does not exist for container %s", root, container.name());
    }
    if (Files.exists(root) && !Files.isDirectory(root)) {
      throw EngineException.invalid("%s exists and is not a directory", root);
    }
    try (Stream<Path> entries = Files.list(root)) {
      return entries
          .filter(CheckpointFolders::isCheckpoint)
          .map(path -> path.getFileName().toString())
          .sorted()
          .toList();
    } catch (NoSuchFileException e) {
      return List.of(); // none was ever made
    }
  }

  /** Folders of other kinds are neither shown nor removed, whatever folder a client names. */
  private static boolean isCheckpoint(Path path) {
    return NAME.matcher(path.getFileName().toString()).matches()
        && Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)
        && Files.isRegularFile(path.resolve(INVENTORY), LinkOption.NOFOLLOW_LINKS);
  }

  /** An existing one. */
  Path find(Container container, String name, @Nullable String folder) {
    checkName(name);
    Path path = root(container.id(), folder).resolve(name);
    if (!isCheckpoint(path)) {
      throw EngineException.notFound(
          "checkpoint %s does not exist for container %s", name, container.name());
    }
    return path;
  }

  /**
   * Refuses one that others than this user could have written: CRIU makes of it whatever processes
   * it describes, with any right.
   */
  static void checkTrust(Path checkpoint) throws IOException {
    refuseForeign(checkpoint, checkpoint);
    try (Stream<Path> entries = Files.list(checkpoint)) {
      for (Path entry : entries.toList()) {
        if (!Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS)) {
          throw EngineException.conflict(
              "checkpoint %s has been tampered with: %s is not a file",
              checkpoint, entry.getFileName());
        }
        refuseForeign(checkpoint, entry);
      }
    }
  }

  private static void refuseForeign(Path checkpoint, Path path) throws IOException {
    Object owner = Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    Object self = Files.getAttribute(Path.of("/proc/self"), "unix:uid", LinkOption.NOFOLLOW_LINKS);
    Set<PosixFilePermission> may = Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS);
    if (!owner.equals(self)
        || may.contains(PosixFilePermission.GROUP_WRITE)
        || may.contains(PosixFilePermission.OTHERS_WRITE)) {
      throw EngineException.conflict(
          "checkpoint %s is not trusted: others than root may write to %s", checkpoint, path);
    }
  }

  void remove(Container container, String name, @Nullable String folder) throws IOException {
    Path path = find(container, name, folder);
    // What is half removed is no checkpoint any more.
    Files.deleteIfExists(path.resolve(INVENTORY));
    FolderTree.delete(path);
  }

  /** An empty folder for CRIU, to be completed or abandoned. */
  Making begin(Container container, String name, @Nullable String folder) throws IOException {
    Path root = root(container.id(), folder);
    Path complete = root.resolve(name);
    if (Files.exists(complete, LinkOption.NOFOLLOW_LINKS)) {
      throw EngineException.conflict(
          "cannot checkpoint container %s: checkpoint with name %s already exists for container %s",
          container.name(), name, container.name());
    }
    // Of one before that failed and could not be removed either.
    recover(container.id(), earlier -> {});
    Path partial = root.resolve("." + name + "." + container.id().value().substring(0, 12));
    Path own = root(container.id(), null);
    Files.createDirectories(own, PRIVATE);
    Files.createDirectories(root, PRIVATE);
    FolderTree.delete(partial);
    Path note = own.resolve(".making");
    Files.writeString(note, partial.toString());
    sync(note);
    sync(own);
    Files.createDirectory(partial, PRIVATE);
    return new Making(partial, complete, note);
  }

  /** What a former daemon did not complete: removed, once {@code quiet} has returned. */
  boolean recover(ContainerId id, Consumer<Path> quiet) throws IOException {
    Path note = root(id, null).resolve(".making");
    Optional<Path> partial = read(note);
    if (partial.isEmpty()) {
      return false;
    }
    quiet.accept(partial.get());
    FolderTree.delete(partial.get());
    Files.deleteIfExists(note);
    return true;
  }

  private static Optional<Path> read(Path note) throws IOException {
    try {
      String text = Files.readString(note, StandardCharsets.UTF_8);
      // Empty where the power failed before it was written: then nothing was begun.
      return text.isEmpty()
          ? Optional.of(note.resolveSibling(".none"))
          : Optional.of(Path.of(text));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private Path root(ContainerId id, @Nullable String folder) {
    if (folder == null || folder.isEmpty()) {
      return files.folder(id).resolve("checkpoints");
    }
    if (!folder.startsWith("/")) {
      throw EngineException.invalid(
          "invalid checkpoint directory \"%s\": it must be an absolute path", folder);
    }
    return Path.of(folder).normalize();
  }

  private static void sync(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /**
   * One that is being made.
   *
   * @param partial where CRIU writes
   * @param target where it is found later
   */
  record Making(Path partial, Path target, Path note) {
    /** All of it is on the disk, under its name, when this returns. */
    void complete() throws IOException {
      try (Stream<Path> entries = Files.list(partial)) {
        for (Path entry : entries.toList()) {
          sync(entry);
        }
      }
      sync(partial);
      Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
      sync(target.resolveSibling("."));
    }

    /** Nothing is left to be done if the daemon dies now. */
    void forget() throws IOException {
      Files.delete(note);
    }

    void abandon() throws IOException {
      FolderTree.delete(partial);
      Files.deleteIfExists(note);
    }
  }
}
