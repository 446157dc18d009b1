package dev.priok.cli.certs;

import dev.priok.cli.Session;
import dev.priok.model.tls.Identity;
import dev.priok.model.tls.PemFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code priok certs rotate}: new certificates of the same authority; a daemon takes them in. */
@CommandLine.Command(
    name = "rotate",
    customSynopsis = "priok certs rotate [OPTIONS]",
    description =
        "Make new keys and certificates of the same authority, for the names that the daemon's had;"
            + " a running daemon uses them at once")
public final class RotateCommand extends IssuingCommand {
  @Option(
      names = "--host",
      paramLabel = "string",
      description = "A further name or address of the daemon (repeatable).")
  List<String> hosts = new ArrayList<>();

  /** Takes no arguments. */
  public RotateCommand() {
    super(0, 0);
  }

  @Override
  public int run(Session session) throws IOException {
    CertificateFolder folder = folder(session);
    Validity valid = validity();
    Issuer issuer = new Issuer(folder.authority());
    Set<String> names = new LinkedHashSet<>();
    if (Files.exists(folder.file(CertificateFolder.SERVER))) {
      names.addAll(
          HostNames.of(PemFiles.certificates(folder.file(CertificateFolder.SERVER)).getFirst()));
    }
    names.addAll(HostNames.with(hosts));
    Identity server = issuer.server(names, valid.length());
    folder.write(server, CertificateFolder.SERVER, CertificateFolder.SERVER_KEY, true);
    folder.write(
        issuer.client("client", valid.length()),
        CertificateFolder.CLIENT,
        CertificateFolder.CLIENT_KEY,
        true);
    Advice.print(session.out(), folder, server, names.iterator().next());
    return 0;
  }
}
