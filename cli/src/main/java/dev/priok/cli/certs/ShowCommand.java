package dev.priok.cli.certs;

import dev.priok.cli.CliException;
import dev.priok.cli.Session;
import dev.priok.cli.format.Table;
import dev.priok.model.tls.Identity;
import dev.priok.model.tls.PemFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine;

/** {@code priok certs show}: what is there, for whom, until when, and what is wrong with it. */
@CommandLine.Command(
    name = "show",
    customSynopsis = "priok certs show [OPTIONS]",
    description = "Show the certificates of the folder; exit code 1 where something is wrong")
public final class ShowCommand extends FolderCommand {
  private final List<String> wrong = new ArrayList<>();

  /** Takes no arguments. */
  public ShowCommand() {
    super(0, 0);
  }

  @Override
  public int run(Session session) throws IOException {
    CertificateFolder folder = folder(session);
    Path ca = folder.file(CertificateFolder.CA);
    if (!Files.exists(ca)) {
      throw CliException.failure(ca + " is not there: `priok certs` makes one");
    }
    X509Certificate authority = PemFiles.certificates(ca).getFirst();
    Table table = new Table();
    table.add(List.of("FILE", "NAME", "USE", "UNTIL", "FOR"));
    row(table, folder, CertificateFolder.CA, CertificateFolder.CA_KEY, authority);
    row(table, folder, CertificateFolder.SERVER, CertificateFolder.SERVER_KEY, authority);
    row(table, folder, CertificateFolder.CLIENT, CertificateFolder.CLIENT_KEY, authority);
    for (Path client : clients(folder)) {
      String name = folder.path().relativize(client).toString();
      row(
          table,
          folder,
          name + "/" + CertificateFolder.CLIENT,
          name + "/" + CertificateFolder.CLIENT_KEY,
          authority);
    }
    table.print(session.out());
    session.out().flush();
    wrong.forEach(session.err()::println);
    return wrong.isEmpty() ? 0 : 1;
  }

  private static List<Path> clients(CertificateFolder folder) throws IOException {
    Path clients = folder.path().resolve("clients");
    if (!Files.isDirectory(clients)) {
      return List.of();
    }
    try (Stream<Path> found = Files.list(clients)) {
      return found.filter(Files::isDirectory).sorted().toList();
    }
  }

  private void row(
      Table table, CertificateFolder folder, String name, String key, X509Certificate authority)
      throws IOException {
    Path file = folder.file(name);
    if (!Files.exists(file)) {
      return;
    }
    X509Certificate certificate = PemFiles.certificates(file).getFirst();
    table.add(
        List.of(
            name,
            certificate.getSubjectX500Principal().getName().replaceFirst("^CN=", ""),
            use(certificate),
            until(file, certificate),
            String.join(" ", HostNames.of(certificate))));
    try {
      certificate.verify(authority.getPublicKey());
    } catch (GeneralSecurityException e) {
      wrong.add(file + ": not signed by " + folder.file(CertificateFolder.CA));
    }
    checkKey(file, folder.file(key));
  }

  private void checkKey(Path certificate, Path key) throws IOException {
    if (!Files.exists(key)) {
      return; // The authority's may be kept elsewhere.
    }
    Set<PosixFilePermission> mode = Files.getPosixFilePermissions(key);
    if (mode.contains(PosixFilePermission.OTHERS_READ)
        || mode.contains(PosixFilePermission.GROUP_READ)) {
      wrong.add(key + ": others can read it; chmod 0400 " + key);
    }
    try {
      Identity.read(certificate, key);
    } catch (IOException e) {
      wrong.add(String.valueOf(e.getMessage()));
    }
  }

  private static String use(X509Certificate certificate) throws IOException {
    try {
      if (certificate.getBasicConstraints() >= 0) {
        return "signs";
      }
      List<String> uses = certificate.getExtendedKeyUsage();
      // RFC 5280 section 4.2.1.12
      boolean server = uses == null || uses.contains("1.3.6.1.5.5.7.3.1");
      boolean client = uses == null || uses.contains("1.3.6.1.5.5.7.3.2");
      return server ? (client ? "any" : "server") : client ? "client" : "other";
    } catch (GeneralSecurityException e) {
      throw new IOException("a certificate that cannot be read: " + e.getMessage(), e);
    }
  }

  private String until(Path file, X509Certificate certificate) {
    Instant end = certificate.getNotAfter().toInstant();
    Duration left = Duration.between(Instant.now(), end);
    String date = end.toString().substring(0, 10);
    if (left.isNegative()) {
      wrong.add(file + ": has expired; `priok certs rotate` makes a new one");
      return date + " (expired)";
    }
    return date + " (" + left.toDays() + " days)";
  }
}
