package dev.priok.host.storage.fuse;

import dev.priok.host.archive.DiskWork;
import dev.priok.kernel.call.At;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.OpenFlags;
import dev.priok.kernel.process.Children;
import dev.priok.kernel.process.ExitStatus;
import dev.priok.kernel.process.Spawn;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Runs a program that mounts, leaves a process behind and ends. */
final class MountProgram {
  private MountProgram() {}

  static void run(Path program, Path directory, List<String> arguments) throws IOException {
    DiskWork.run(() -> {
      // A file, not a pipe: the process that stays keeps it open.
      Path said = Files.createTempFile("priok-mount-", ".log");
      try (Fd errors = At.open(said, OpenFlags.WRITE_ONLY)) {
        int pid =
            new Spawn(program)
                .arguments(arguments)
                .environment(Map.of("PATH", "/usr/sbin:/usr/bin:/sbin:/bin"))
                .directory(directory)
                .descriptor(2, errors)
                .newSession()
                .start();
        ExitStatus end = Children.waitFor(pid);
        if (!end.isSuccess()) {
          throw new IOException(
              "using mount program "
                  + program
                  + ": "
                  + Files.readString(said, StandardCharsets.UTF_8).strip());
        }
      } finally {
        Files.deleteIfExists(said);
      }
    });
  }
}
