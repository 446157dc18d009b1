package dev.priok.host.storage.aufs;

import dev.priok.kernel.fs.MountFlags;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The options of an aufs mount (aufs(5)): one branch that is written, and those below it, which may
 * hold whiteouts.
 *
 * <pre>
 *   br:diff/C=rw:diff/B=ro+wh:diff/A=ro+wh,dio,xino=/dev/shm/aufs.xino     mount
 *   append:diff/9=ro+wh,append:diff/8=ro+wh                                remount: what did not fit
 * </pre>
 */
final class Branches {
  /** mount(2) takes a page; its last byte is a zero. */
  private static final int PAGE = 4095;

  /** Direct I/O works; and no branch gets a file of inode numbers that a container could see. */
  private static final String OPTIONS = ",dio,xino=/dev/shm/aufs.xino";

  /** A lower branch's permissions do not count where an upper one has the directory too. */
  private static final String DIRPERM = ",dirperm1";

  private Branches() {}

  /** Mounts; what does not fit into one page of options is appended by remounts. */
  static void mount(AufsKernel kernel, Path target, Path written, List<Path> below, boolean dirperm)
      throws IOException {
    String end = dirperm ? OPTIONS + DIRPERM : OPTIONS;
    StringBuilder text = new StringBuilder("br:" + written + "=rw");
    int next = 0;
    while (next < below.size()) {
      String branch = ":" + below.get(next) + "=ro+wh";
      if (text.length() + branch.length() + end.length() > PAGE) {
        break;
      }
      text.append(branch);
      next++;
    }
    kernel.mount(target, 0, text + end);
    try {
      while (next < below.size()) {
        next = append(kernel, target, below, next);
      }
    } catch (IOException e) {
      kernel.unmount(target);
      throw e;
    }
  }

  private static int append(AufsKernel kernel, Path target, List<Path> below, int from)
      throws IOException {
    StringBuilder text = new StringBuilder();
    int next = from;
    while (next < below.size()) {
      String branch = "append:" + below.get(next) + "=ro+wh";
      if (text.length() + branch.length() + 1 > PAGE) {
        break;
      }
      text.append(text.isEmpty() ? "" : ",").append(branch);
      next++;
    }
    kernel.mount(target, MountFlags.REMOUNT, text.toString());
    return next;
  }

  /** aufs has no escapes: these characters in a path would end it. */
  static void checkPath(Path root) throws IOException {
    for (String character : List.of(":", ",", "=")) {
      if (root.toString().contains(character)) {
        throw new IOException("aufs: the data root's path must not have a '" + character + "'");
      }
    }
  }
}
