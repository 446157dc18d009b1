package dev.priok.cli.certs;

import dev.priok.cli.CliException;
import dev.priok.cli.Session;
import dev.priok.model.tls.Identity;
import dev.priok.model.tls.PemFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code priok certs client NAME}: a certificate for one more client, whom roles can name. */
@CommandLine.Command(
    name = "client",
    customSynopsis = "priok certs client [OPTIONS] NAME",
    description =
        "Make a certificate for one more client, in clients/NAME of the folder; roles.json and the"
            + " audit log know its owner by NAME")
public final class ClientCommand extends IssuingCommand {
  private static final List<String> FILES =
      List.of(CertificateFolder.CA, CertificateFolder.CLIENT, CertificateFolder.CLIENT_KEY);

  @Option(names = "--force", description = "Replace a certificate of that name.")
  boolean force;

  /** Takes the client's name. */
  public ClientCommand() {
    super(1, 1);
  }

  @Override
  public int run(Session session) throws IOException {
    String name = argument(0);
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9_.@-]{0,63}")) {
      throw new CliException(
          125, "invalid name " + name + ": letters, digits and _ . @ - only, at most 64");
    }
    CertificateFolder folder = folder(session);
    CertificateFolder own = folder.client(name);
    Validity valid = validity();
    Identity authority = folder.authority();
    own.make();
    if (!force) {
      own.refuseExisting(FILES, "--force replaces it");
    }
    Identity client = new Issuer(authority).client(name, valid.length());
    own.putCertificate(authority.chain().getFirst(), CertificateFolder.CA, force);
    own.write(client, CertificateFolder.CLIENT, CertificateFolder.CLIENT_KEY, force);
    session.out().println("# certificate of " + name + " in " + own.path());
    Advice.exports(session.out(), own, host(folder));
    session.out().flush();
    return 0;
  }

  /** What the daemon's own certificate is for first. */
  private static String host(CertificateFolder folder) throws IOException {
    Path server = folder.file(CertificateFolder.SERVER);
    List<String> names =
        Files.exists(server) ? HostNames.of(PemFiles.certificates(server).getFirst()) : List.of();
    return names.isEmpty() ? "localhost" : names.getFirst();
  }
}
