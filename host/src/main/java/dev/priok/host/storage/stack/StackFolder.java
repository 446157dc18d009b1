package dev.priok.host.storage.stack;

import dev.priok.host.storage.LayerId;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The files of one layer, laid out as Docker's overlay2 lays them out.
 *
 * <pre>
 *   ID/diff    the layer's own files          ID/link   the layer's short name
 *   ID/work    overlayfs's own, if writable   ID/lower  l/A:l/B:... the layers below, top first
 *   ID/merged  the mount                      l/A       a link to ../ID/diff
 * </pre>
 *
 * The short names keep the options of a mount with many layers within the one page that mount(2)
 * takes.
 */
public final class StackFolder {
  public static final String LINKS = "l";

  /** 40 bits; a name that is taken is thrown again. */
  private static final int NAME_LENGTH = 8;

  private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Path root;
  private final Path folder;

  StackFolder(Path root, Path folder) {
    this.root = root;
    this.folder = folder;
  }

  public Path diff() {
    return folder.resolve("diff");
  }

  public Path work() {
    return folder.resolve("work");
  }

  public String name() {
    return String.valueOf(folder.getFileName());
  }

  /** Its place, as seen from the driver's root. */
  public Path below(Path driverRoot) {
    return driverRoot.relativize(folder);
  }

  public Path merged() {
    return folder.resolve("merged");
  }

  /** Nothing is below. */
  boolean isBase() {
    return !Files.exists(folder.resolve("lower"));
  }

  public boolean isWritable() {
    return Files.isDirectory(work());
  }

  /** Makes the short name; the link dangles until the folder is in its place. */
  static String newLink(Path root, LayerId layer) throws IOException {
    while (true) {
      StringBuilder name = new StringBuilder();
      for (int i = 0; i < NAME_LENGTH; i++) {
        name.append(LETTERS.charAt(RANDOM.nextInt(LETTERS.length())));
      }
      Path link = root.resolve(LINKS).resolve(name.toString());
      try {
        Files.createSymbolicLink(link, Path.of("..", layer.value(), "diff"));
        return name.toString();
      } catch (FileAlreadyExistsException taken) {
        // throw again
      }
    }
  }

  public String link() throws IOException {
    String link = Files.readString(folder.resolve("link")).strip();
    if (link.isEmpty()) {
      throw new IOException("layer " + name() + " is damaged: its link is empty");
    }
    return link;
  }

  /** Short names of the layers below, the topmost first; empty for a base. */
  public List<String> lower() throws IOException {
    String text;
    try {
      text = Files.readString(folder.resolve("lower")).strip();
    } catch (NoSuchFileException e) {
      return List.of();
    }
    if (text.isEmpty()) {
      throw new IOException("layer " + name() + " is damaged: its lower is empty");
    }
    return Stream.of(text.split(":")).map(l -> l.substring(l.indexOf('/') + 1)).toList();
  }

  /** The folders of the layers below, the topmost first. */
  public List<Path> lowerDirectories() throws IOException {
    List<Path> result = new ArrayList<>();
    for (String link : lower()) {
      result.add(target(root, link).resolve("diff"));
    }
    return result;
  }

  /** The layer directly below. */
  @Nullable LayerId parent() throws IOException {
    List<String> lower = lower();
    return lower.isEmpty()
        ? null
        : new LayerId(target(root, lower.getFirst()).getFileName().toString());
  }

  /** The folder of the layer that a short name means. */
  private static Path target(Path root, String link) throws IOException {
    Path to = Files.readSymbolicLink(root.resolve(LINKS).resolve(link));
    // ../ID/diff
    return root.resolve(to.getName(to.getNameCount() - 2));
  }
}
