package dev.priok.cli.certs;

import dev.priok.model.tls.Identity;
import java.io.PrintStream;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * What to do with what was made. A shell can take it in: {@code eval "$(priok certs)"}; all but the
 * variables is comment.
 */
final class Advice {
  private static final String LOCAL = "unix:///var/run/docker.sock";

  private Advice() {}

  static void print(PrintStream out, CertificateFolder folder, Identity server, String host) {
    X509Certificate certificate = server.chain().getFirst();
    out.println("# certificates in " + folder.path());
    out.println(
        "# the daemon's is valid until "
            + certificate.getNotAfter().toInstant().toString().substring(0, 10)
            + " for "
            + String.join(", ", HostNames.of(certificate)));
    out.println("# the daemon:");
    out.println(
        "#   priokd --tlsverify --tlscacert=%s --tlscert=%s --tlskey=%s -H=%s -H=0.0.0.0:2376"
            .formatted(
                quoted(folder, CertificateFolder.CA),
                quoted(folder, CertificateFolder.SERVER),
                quoted(folder, CertificateFolder.SERVER_KEY),
                LOCAL));
    out.println("# clients need ca.pem, cert.pem and key.pem:");
    exports(out, folder, host);
    out.flush();
  }

  static void exports(PrintStream out, CertificateFolder folder, String host) {
    boolean ipv6 = host.contains(":");
    for (String line :
        List.of(
            "DOCKER_HOST=tcp://" + (ipv6 ? "[" + host + "]" : host) + ":2376",
            "DOCKER_TLS_VERIFY=1",
            "DOCKER_CERT_PATH=" + quoted(folder.path().toString()))) {
      out.println("export " + line);
    }
  }

  private static String quoted(CertificateFolder folder, String name) {
    return quoted(folder.file(name).toString());
  }

  private static String quoted(String text) {
    return text.matches("[A-Za-z0-9/._@:+-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
  }
}
