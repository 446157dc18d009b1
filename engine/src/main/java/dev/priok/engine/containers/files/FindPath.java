package dev.priok.engine.containers.files;

import dev.priok.engine.volumes.ResolvedMount;
import dev.priok.kernel.call.At;
import dev.priok.kernel.call.Errno;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.FileStat;
import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.call.OpenFlags;
import dev.priok.model.error.EngineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Walks a path as the container would see it: links are resolved inside, {@code ..} stops at the
 * root, and where a volume or bind is mounted the way goes on in its source.
 *
 * <p>The walk goes part by part with one open directory each, so that nothing a process in the
 * container renames meanwhile leads outside. openat2 alone would not do: it knows nothing of mounts
 * that only the container's own namespace has.
 */
final class FindPath {
  private static final int MOST_LINKS = 255;
  private static final int DIRECTORY = OpenFlags.PATH | OpenFlags.DIRECTORY | OpenFlags.NO_FOLLOW;

  private final ContainerFileView view;
  private final String asked;

  /** Directories from the root to where we are; each with its path. */
  private final Deque<Step> steps = new ArrayDeque<>();

  private record Step(Fd directory, String path, @Nullable ResolvedMount mount) {}

  private final Map<String, ResolvedMount> mounts;

  private FindPath(ContainerFileView view, String asked, Map<String, ResolvedMount> mounts) {
    this.view = view;
    this.asked = asked;
    this.mounts = mounts;
  }

  /**
   * Finds a path; the last part is not followed.
   *
   * @throws EngineException 404 with Docker's sentence where there is none
   */
  static FoundPath noFollow(ContainerFileView view, String path) throws IOException {
    return new FindPath(view, path, mountsByPlace(view)).walk(false);
  }

  /** Finds a path, the last part followed too. */
  static FoundPath follow(ContainerFileView view, String path) throws IOException {
    return new FindPath(view, path, mountsByPlace(view)).walk(true);
  }

  /**
   * Mounts by the place where they really are: the runtime resolves links in a destination, so that
   * a volume at {@code /var/run/x} may lie at {@code /run/x}. Those of tmpfs exist only in the
   * running container and are left out.
   */
  static Map<String, ResolvedMount> mountsByPlace(ContainerFileView view) throws IOException {
    Map<String, ResolvedMount> result = new LinkedHashMap<>();
    for (ResolvedMount mount : view.mounts()) {
      if (mount.type() == ResolvedMount.Type.TMPFS) {
        continue;
      }
      String place = mount.destination();
      try (FoundPath found = new FindPath(view, place, Map.copyOf(result)).walk(true)) {
        place = found.path();
      } catch (EngineException notThereYet) {
        // the runtime makes the destination at the first start
      }
      result.put(place, mount);
    }
    return result;
  }

  static EngineException notFound(ContainerFileView view, String path) {
    return EngineException.notFound(
        "Could not find the file %s in container %s", path, view.containerNameForMessages());
  }

  private FoundPath walk(boolean followLast) throws IOException {
    try {
      steps.push(root());
      Deque<String> rest = new ArrayDeque<>(parts(asked));
      int links = 0;
      while (!rest.isEmpty()) {
        String part = rest.pop();
        if (part.equals("..")) {
          if (steps.size() > 1) {
            steps.pop().directory().close();
          }
          continue;
        }
        Step here = top();
        String path = here.path().equals("/") ? "/" + part : here.path() + "/" + part;
        ResolvedMount mount = mounts.get(path);
        if (mount != null) {
          Path source = Path.of(mount.source()).toRealPath();
          if (Files.isDirectory(source)) {
            Fd inside = At.open(source, OpenFlags.PATH | OpenFlags.DIRECTORY);
            steps.push(new Step(inside, path, mount));
            continue;
          }
          return file(source, path, mount, rest.isEmpty());
        }
        FileStat stat = At.stat(here.directory(), part);
        boolean last = rest.isEmpty();
        if (stat.isSymlink() && (!last || followLast)) {
          if (++links > MOST_LINKS) {
            throw new LinuxException("open", Errno.ELOOP.number(), asked);
          }
          String target = At.readLink(here.directory(), part);
          if (target.startsWith("/")) {
            closeTo(1);
          }
          List<String> more = parts(target);
          for (String p : more.reversed()) {
            rest.push(p);
          }
        } else if (stat.isDirectory()) {
          Fd inside = At.open(here.directory(), part, DIRECTORY, 0);
          steps.push(new Step(inside, path, here.mount()));
        } else if (last) {
          Step parent = steps.pop();
          return new FoundPath(parent.directory(), part, path, stat, parent.mount());
        } else {
          throw new LinuxException("open", Errno.ENOTDIR.number(), asked);
        }
      }
      Step found = steps.pop();
      try {
        FileStat stat = At.stat(found.directory());
        return new FoundPath(found.directory(), ".", found.path(), stat, found.mount());
      } catch (IOException e) {
        found.directory().close();
        throw e;
      }
    } catch (NoSuchFileException e) {
      throw notFound(view, asked);
    } catch (LinuxException e) {
      if (e.is(Errno.ENOENT)) {
        throw notFound(view, asked);
      }
      if (e.is(Errno.ENOTDIR)) {
        throw EngineException.invalid("lstat %s: not a directory", asked);
      }
      throw e;
    } finally {
      closeTo(0);
    }
  }

  private Step top() {
    Step top = steps.peek();
    if (top == null) {
      throw new IllegalStateException("the walk left its root");
    }
    return top;
  }

  private void closeTo(int size) {
    while (steps.size() > size) {
      steps.pop().directory().close();
    }
  }

  private Step root() throws IOException {
    Fd root = At.open(view.root(), OpenFlags.PATH | OpenFlags.DIRECTORY);
    return new Step(root, "/", null);
  }

  /** A single file mounted over the path. */
  private FoundPath file(Path source, String path, ResolvedMount mount, boolean last)
      throws IOException {
    Path parent = source.getParent();
    if (!last || parent == null) {
      throw notFound(view, asked);
    }
    String name = String.valueOf(source.getFileName());
    Fd directory = At.open(parent, OpenFlags.PATH | OpenFlags.DIRECTORY);
    try {
      return new FoundPath(directory, name, path, At.stat(directory, name), mount);
    } catch (IOException e) {
      directory.close();
      throw e;
    }
  }

  private static List<String> parts(String path) {
    List<String> result = new ArrayList<>(Arrays.asList(path.split("/", -1)));
    result.removeIf(p -> p.isEmpty() || p.equals("."));
    return result;
  }
}
