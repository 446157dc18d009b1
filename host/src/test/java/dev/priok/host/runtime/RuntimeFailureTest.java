package dev.priok.host.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.model.api.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The docker command makes its exit codes of these sentences, which runc and crun wrote. */
final class RuntimeFailureTest {
  private static final String MISSING = "exec: \"nope\": executable file not found in $PATH";

  @TempDir Path folder;

  @Test
  void aMissingProgramIsToldInRuncsWords() throws IOException {
    expect("executable file `nope` not found in $PATH: No such file or directory", MISSING, 127);
    expect("runc create failed: unable to start container process: " + MISSING, MISSING, 127);
  }

  @Test
  void aMissingFileIsNoMissingName() throws IOException {
    expect(
        "executable file `/no/such` not found in $PATH: No such file or directory",
        "exec: \"/no/such\": stat /no/such: no such file or directory",
        127);
  }

  @Test
  void aFolderIsDenied() throws IOException {
    expect("open executable: Operation not permitted", "exec: permission denied", 126);
    expect(
        "the path `/etc` is not a regular file: Operation not permitted",
        "exec: permission denied",
        126);
    expect(
        "the path `/etc/passwd` exists but it is not executable: Operation not permitted",
        "exec: \"/etc/passwd\": permission denied",
        126);
  }

  @Test
  void aFolderToWorkInThatIsNone() throws IOException {
    expect(
        "chdir `/nope`: No such file or directory",
        "chdir to cwd (\"/nope\") set in config.json failed: no such file or directory",
        127);
  }

  @Test
  void errorsOfTheKernelAreSpelledAsGoSpellsThem() throws IOException {
    expect("open executable: Permission denied", "open executable: permission denied", 126);
    expect("open executable: No such file or directory", "no such file or directory", 127);
    expect("runc: exec: \"/etc\": is a directory", "is a directory", 126);
  }

  @Test
  void settingsOfTheHostAreRefusedInDockersWords() throws IOException {
    expect(
        "the sysctl `kernel.panic` is not namespaced",
        "sysctl \"kernel.panic\" is not in a separate kernel namespace",
        128);
    expect(
        "the sysctl `net.ipv4.ip_forward` requires a new network namespace",
        "sysctl \"net.ipv4.ip_forward\" not allowed in host network namespace",
        128);
  }

  private void expect(String written, String end, int code) throws IOException {
    Path log = folder.resolve("log.json");
    Map<String, String> entry = Map.of("level", "error", "msg", written);
    Files.writeString(log, Json.mapper().writeValueAsString(entry) + "\n");
    RuntimeFailure failure = RuntimeFailure.ofCreate(log, "");
    assertThat(failure.message()).endsWith(end + ": unknown");
    assertThat(failure.exitCode()).isEqualTo(code);
  }
}
