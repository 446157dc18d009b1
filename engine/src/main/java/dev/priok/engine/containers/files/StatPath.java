package dev.priok.engine.containers.files;

import dev.priok.engine.containers.Containers.PathStat;
import dev.priok.engine.volumes.CleanPath;
import dev.priok.kernel.call.At;
import dev.priok.model.error.EngineException;
import dev.priok.model.error.ErrorKind;
import java.io.IOException;

/** {@code HEAD /containers/{id}/archive}: what a path is; a link is told as a link. */
public final class StatPath {

  public PathStat of(ContainerFileView view, String path) {
    AskedPath asked = AskedPath.of(path);
    try (FoundPath found = find(view, asked)) {
      return stat(view, asked, found);
    } catch (IOException e) {
      throw FileErrors.of(e);
    }
  }

  static FoundPath find(ContainerFileView view, AskedPath asked) throws IOException {
    FoundPath found =
        asked.follow()
            ? FindPath.follow(view, asked.path())
            : FindPath.noFollow(view, asked.path());
    if (asked.follow() && !found.stat().isDirectory()) {
      found.close();
      throw EngineException.invalid("lstat %s: not a directory", asked.path());
    }
    return found;
  }

  static PathStat stat(ContainerFileView view, AskedPath asked, FoundPath found)
      throws IOException {
    return new PathStat(
        asked.base(),
        found.stat().size(),
        GoFileMode.of(found.stat()),
        found.stat().modified().toString(),
        found.stat().isSymlink() ? target(view, asked, found) : "");
  }

  /** Where a link leads inside the container, whether anything is there or not. */
  private static String target(ContainerFileView view, AskedPath asked, FoundPath found)
      throws IOException {
    try (FoundPath followed = FindPath.follow(view, asked.path())) {
      return followed.path();
    } catch (EngineException e) {
      if (e.kind() != ErrorKind.NOT_FOUND) {
        throw e;
      }
      String link = At.readLink(found.directory(), found.name());
      String parent = found.path().substring(0, found.path().lastIndexOf('/') + 1);
      return CleanPath.absolute(link.startsWith("/") ? link : parent + link);
    }
  }
}
