package dev.priok.cli.certs;

import dev.priok.cli.Command;
import dev.priok.cli.Session;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A command on the folder of an authority. */
abstract class FolderCommand extends Command {
  @Option(
      names = "--dir",
      paramLabel = "string",
      description = "Folder of the files (default $DOCKER_CERT_PATH, else ~/.docker).")
  @Nullable String dir;

  FolderCommand(int fewest, int most) {
    super(fewest, most);
  }

  final CertificateFolder folder(Session session) {
    return CertificateFolder.of(dir, session.environment());
  }
}
