package dev.priok.engine.containers.files;

import dev.priok.engine.volumes.CleanPath;
import dev.priok.model.error.EngineException;

/**
 * A path as the client sent it. A trailing slash or {@code /.} says that a directory is meant, so
 * that a link there is followed, and it stays visible in the name (docker cp tells by it whether to
 * copy a directory or what is in it).
 */
record AskedPath(String path, String base, boolean follow) {
  static AskedPath of(String asked) {
    if (asked.isEmpty()) {
      throw EngineException.invalid("bad parameter: 'path' cannot be empty");
    }
    String clean = CleanPath.absolute(asked);
    boolean dot = asked.endsWith("/.") || asked.equals(".");
    String last = clean.equals("/") ? "/" : clean.substring(clean.lastIndexOf('/') + 1);
    return new AskedPath(asked, dot ? "." : last, dot || asked.endsWith("/"));
  }
}
