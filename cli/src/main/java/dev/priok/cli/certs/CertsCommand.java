package dev.priok.cli.certs;

import dev.priok.cli.Session;
import dev.priok.model.tls.Identity;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code priok certs}: an authority, and a certificate for the daemon and one for a client. */
@CommandLine.Command(
    name = "certs",
    customSynopsis = "priok certs [OPTIONS]",
    description =
        "Make an authority and certificates for a daemon and its clients, so that the daemon can"
            + " be reached from other machines",
    footer = {
      "",
      "Commands:",
      "  client    Make a certificate for one more client",
      "  rotate    Make new certificates of the same authority",
      "  show      Show the certificates, and what is wrong with them",
    })
public final class CertsCommand extends IssuingCommand {
  @Option(
      names = "--host",
      paramLabel = "string",
      description = "Name or address of the daemon, besides those of this machine (repeatable).")
  List<String> hosts = new ArrayList<>();

  @Option(
      names = "--force",
      description = "Replace an authority that is there; certificates of it count no more.")
  boolean force;

  /** Takes no arguments. */
  public CertsCommand() {
    super(0, 0);
  }

  @Override
  public int run(Session session) throws IOException {
    CertificateFolder folder = folder(session);
    List<String> names = HostNames.with(hosts);
    Validity valid = validity();
    folder.make();
    if (!force) {
      folder.refuseExisting(
          CertificateFolder.NAMES,
          "`priok certs rotate` makes new certificates of the same authority, --force replaces it");
    }
    Identity authority = Issuer.newAuthority("Priok CA of " + names.getFirst());
    Issuer issuer = new Issuer(authority);
    Identity server = issuer.server(names, valid.length());
    folder.write(authority, CertificateFolder.CA, CertificateFolder.CA_KEY, force);
    folder.write(server, CertificateFolder.SERVER, CertificateFolder.SERVER_KEY, force);
    folder.write(
        issuer.client("client", valid.length()),
        CertificateFolder.CLIENT,
        CertificateFolder.CLIENT_KEY,
        force);
    Advice.print(session.out(), folder, server, names.getFirst());
    return 0;
  }
}
