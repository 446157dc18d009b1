package dev.priok.host.runtime;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.priok.model.api.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;

/** A runtime's complaint in the words Docker's users know, and the exit code that goes with it. */
record RuntimeFailure(String message, int exitCode) {

  /** Of {@code create}. */
  static RuntimeFailure ofCreate(Path log, String stderr) {
    String reason = reason(log, stderr);
    return new RuntimeFailure(
        "failed to create task for container: failed to create shim task: OCI runtime create"
            + " failed: "
            + reason
            + ": unknown",
        code(reason));
  }

  /** Of {@code exec}. */
  static RuntimeFailure ofExec(Path log, String stderr) {
    String reason = reason(log, stderr);
    return new RuntimeFailure("OCI runtime exec failed: " + reason + ": unknown", code(reason));
  }

  /** The last error a runtime wrote to its JSON log, else what it wrote to stderr. */
  static String reason(Path log, String stderr) {
    String found = "";
    try {
      for (String line : Files.readString(log, StandardCharsets.UTF_8).split("\n", -1)) {
        JsonNode entry = line.isBlank() ? null : Json.mapper().readTree(line);
        if (entry != null && entry.path("level").asText("").matches("error|fatal")) {
          found = entry.path("msg").asText("");
        }
      }
    } catch (NoSuchFileException | JsonProcessingException e) {
      found = ""; // it died before it could write one, or while it did
    } catch (IOException e) {
      found = "cannot read " + log + ": " + e.getMessage();
    }
    if (!found.isEmpty()) {
      return found;
    }
    return stderr.isBlank() ? "the runtime gave no reason" : stderr.strip();
  }

  /** Docker's mapping (daemon/errors.go): what shells return for such commands. */
  private static int code(String reason) {
    String text = reason.toLowerCase(Locale.ROOT);
    if (text.contains("executable file not found")
        || text.contains("no such file or directory")
        || (text.contains("executable file") && text.contains("not found in $path"))) {
      return 127;
    }
    if (text.contains("permission denied")
        || text.contains("not a directory")
        || text.contains("is a directory")) {
      return 126;
    }
    return 128;
  }
}
