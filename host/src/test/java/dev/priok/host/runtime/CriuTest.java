package dev.priok.host.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CriuTest {
  @TempDir Path folder;

  @Test
  void isFoundOnThePath() throws IOException {
    Path criu = Files.writeString(folder.resolve("criu"), "");
    assertThat(Criu.find("relative::" + folder)).isNotEqualTo(Optional.of(folder));
    Files.setPosixFilePermissions(criu, PosixFilePermissions.fromString("rwxr-xr-x"));
    assertThat(Criu.find("relative::" + folder)).contains(folder);
  }

  @Test
  void itsFirstErrorIsTheReason() throws IOException {
    Path log = folder.resolve("dump.log");
    assertThat(Criu.reason(log)).isEmpty();
    Files.writeString(
        log,
        """
        (00.093659) Error (criu/util.c:1533): rlimit: Can't setup RLIMIT_NOFILE for self: denied
        (00.1) Warn  (criu/mount.c:1263): mnt: Can't create a temporary directory
        Error (criu/util.c:641): execvp("ip6tables-restore", ...) failed
        (00.114041) Error (criu/util.c:656): exited, status=1
        (00.2) Error (criu/sk-inet.c:191): inet: Connected TCP socket, consider using --tcp-established
        (00.3) Error (criu/cr-dump.c:1669): Dump files (pid: 24) failed with -1
        (00.154976) Error (criu/cr-dump.c:2111): Dumping FAILED.
        """);
    assertThat(Criu.reason(log))
        .isEqualTo("inet: Connected TCP socket, consider using --tcp-established");
  }
}
