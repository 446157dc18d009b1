package dev.priok.host.runtime;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.priok.model.api.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A runtime's complaint in the words Docker's users know, and the exit code that goes with it. */
record RuntimeFailure(String message, int exitCode) {
  /** As crun 1.8 and 1.21 write it. */
  private static final Pattern CRUN_MISSING =
      Pattern.compile("executable file [`'](.*)[`'] not found in \\$PATH");

  private static final Pattern CRUN_CHDIR = Pattern.compile("chdir `(.*)`: (.*)");

  /**
   * What crun 1.8 and 1.21 say of a folder where a program should be; runc says that it is denied.
   */
  private static final Pattern CRUN_FOLDER =
      Pattern.compile(
          "open executable: Operation not permitted|the path [`'].*[`'] is not a regular file.*");

  /** What crun 1.21 says of a file without the right to be executed. */
  private static final Pattern CRUN_NO_RIGHT =
      Pattern.compile("the path [`'](.*)[`'] exists but it is not executable.*");

  private static final Pattern CRUN_SYSCTL =
      Pattern.compile("the sysctl [`'](.*)[`'] is not namespaced");

  private static final Pattern CRUN_HOST_SYSCTL =
      Pattern.compile("the sysctl [`'](.*)[`'] requires a new (network|IPC|ipc) namespace");

  /** It knows the file of kernels before 5.0 alone, BFQ's is another (kernel: bfq-iosched.rst). */
  private static final String CRUN_WEIGHT = "`blkio.weight`";

  /** Docker's sentence where block input and output cannot be weighed. */
  static final String NO_WEIGHT =
      "Your kernel does not support Block I/O weight or the cgroup is not mounted";

  private static final List<String> C_ERRORS =
      List.of(
          "No such file or directory",
          "Permission denied",
          "Is a directory",
          "Not a directory",
          "Exec format error");

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

  /** Of an {@code exec} without a runtime, as runc frames it. */
  static RuntimeFailure ofExec(String reason) {
    return new RuntimeFailure(
        "OCI runtime exec failed: exec failed: " + reason + ": unknown", code(reason));
  }

  /** Of {@code restore}: no command of the user's is looked for, so it has no code of its own. */
  static RuntimeFailure ofRestore(String reason) {
    return new RuntimeFailure("OCI runtime restore failed: " + reason + ": unknown", 128);
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
      return asRuncSaysIt(found);
    }
    return stderr.isBlank() ? "the runtime gave no reason" : stderr.strip();
  }

  /**
   * The docker command makes its exit codes 126 and 127 of runc's sentences, which end in Go's
   * spelling of an error; crun has the C library's, and other words for a missing program.
   */
  private static String asRuncSaysIt(String reason) {
    Matcher missing = CRUN_MISSING.matcher(reason);
    if (missing.find()) {
      String name = missing.group(1);
      String exec = "unable to start container process: exec: \"" + name + "\": ";
      return name.contains("/")
          ? exec + "stat " + name + ": no such file or directory"
          : exec + "executable file not found in $PATH";
    }
    if (CRUN_FOLDER.matcher(reason).matches()) {
      return "unable to start container process: exec: permission denied";
    }
    Matcher noRight = CRUN_NO_RIGHT.matcher(reason);
    if (noRight.matches()) {
      return "unable to start container process: exec: \""
          + noRight.group(1)
          + "\": permission denied";
    }
    Matcher folder = CRUN_CHDIR.matcher(reason);
    if (folder.matches()) {
      return "unable to start container process: chdir to cwd (\""
          + folder.group(1)
          + "\") set in config.json failed: "
          + folder.group(2).toLowerCase(Locale.ROOT);
    }
    Matcher sysctl = CRUN_SYSCTL.matcher(reason);
    if (sysctl.find()) {
      return "sysctl \"" + sysctl.group(1) + "\" is not in a separate kernel namespace";
    }
    Matcher host = CRUN_HOST_SYSCTL.matcher(reason);
    if (host.find()) {
      return "sysctl \""
          + host.group(1)
          + (host.group(2).equals("network")
              ? "\" not allowed in host network namespace"
              : "\" is not allowed in the hosts ipc namespace");
    }
    if (reason.contains(CRUN_WEIGHT)) {
      return NO_WEIGHT;
    }
    for (String error : C_ERRORS) {
      if (reason.endsWith(error)) {
        return reason.substring(0, reason.length() - error.length())
            + error.toLowerCase(Locale.ROOT);
      }
    }
    return reason;
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
