package dev.priok.host.runtime;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.priok.kernel.call.Errno;
import dev.priok.kernel.call.LinuxException;
import dev.priok.kernel.process.Rlimits;
import dev.priok.model.api.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Iterator;

/**
 * The limit of the size of files ({@code --ulimit fsize}) of a container that crun makes. crun
 * writes the container's filter after it has taken the limits on itself, and fails where the filter
 * is larger. So this one is kept from it, and set by us when the container's first process waits
 * for its start. It is noted in the bundle before anything is made, for a later daemon may do the
 * start.
 */
final class FileSizeLimit {
  private static final String KIND = "RLIMIT_FSIZE";
  private static final String NOTE = "file-size-limit";

  private FileSizeLimit() {}

  /** The configuration without it, where this runtime needs that. */
  static byte[] withhold(OciRuntime runtime, Path bundle, byte[] config) throws IOException {
    if (!runtime.isCrun() || !new String(config, StandardCharsets.UTF_8).contains(KIND)) {
      return config;
    }
    JsonNode tree = Json.mapper().readTree(config);
    if (!(tree.path("process").path("rlimits") instanceof ArrayNode limits)) {
      return config;
    }
    for (Iterator<JsonNode> each = limits.elements(); each.hasNext(); ) {
      JsonNode limit = each.next();
      if (limit.path("type").asText("").equals(KIND)) {
        Files.writeString(
            bundle.resolve(NOTE), limit.path("soft").asText() + " " + limit.path("hard").asText());
        each.remove();
      }
    }
    return Json.mapper().writeValueAsBytes(tree);
  }

  /** Sets it, before the process is let go. */
  static void apply(Path bundle, int pid) throws IOException {
    String note;
    try {
      note = Files.readString(bundle.resolve(NOTE));
    } catch (NoSuchFileException e) {
      return;
    }
    String[] numbers = note.split(" ", 2);
    long soft = Long.parseUnsignedLong(numbers[0]);
    try {
      Rlimits.set(
          pid, Rlimits.Kind.FSIZE, new Rlimits.Limit(soft, Long.parseUnsignedLong(numbers[1])));
    } catch (LinuxException e) {
      if (!e.is(Errno.ESRCH)) { // it has ended; whoever lets it go will notice
        throw e;
      }
    }
  }
}
