package dev.priok.tests.fault;

import dev.priok.tests.support.DaemonUnderTest;
import dev.priok.tests.support.Shell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The certificates of Docker's guide to a protected daemon, made step by step with openssl: RSA of
 * 4096 bits, the server's for its addresses, the client's for clients only. And some that must not
 * be let in.
 */
record Ceremony(Path folder) {
  private static final String STEPS =
      """
      set -e
      openssl genrsa -out ca-key.pem 4096
      openssl req -new -x509 -days 365 -key ca-key.pem -sha256 -subj /CN=ca -out ca.pem
      openssl genrsa -out server-key.pem 4096
      openssl req -subj /CN=localhost -sha256 -new -key server-key.pem -out server.csr
      echo subjectAltName = DNS:localhost,IP:10.10.10.20,IP:127.0.0.1 >>extfile.cnf
      echo extendedKeyUsage = serverAuth >>extfile.cnf
      openssl x509 -req -days 365 -sha256 -in server.csr -CA ca.pem -CAkey ca-key.pem \\
        -CAcreateserial -out server-cert.pem -extfile extfile.cnf
      openssl genrsa -out key.pem 4096
      openssl req -subj /CN=client -new -key key.pem -out client.csr
      echo extendedKeyUsage = clientAuth >extfile-client.cnf
      openssl x509 -req -days 365 -sha256 -in client.csr -CA ca.pem -CAkey ca-key.pem \\
        -CAcreateserial -out cert.pem -extfile extfile-client.cnf
      chmod -v 0400 ca-key.pem key.pem server-key.pem
      chmod -v 0444 ca.pem server-cert.pem cert.pem
      openssl x509 -req -days 365 -in client.csr -CA ca.pem -CAkey ca-key.pem \\
        -CAcreateserial -out for-servers.pem -extfile extfile.cnf
      # openssl 3.0 takes an end before the beginning, 3.4 and later take dates of the past
      openssl x509 -req -days -1 -in client.csr -CA ca.pem -CAkey ca-key.pem \\
        -CAcreateserial -out expired.pem -extfile extfile-client.cnf ||
      openssl x509 -req -not_before 20200101000000Z -not_after 20200201000000Z -in client.csr \\
        -CA ca.pem -CAkey ca-key.pem -CAcreateserial -out expired.pem -extfile extfile-client.cnf
      openssl req -new -x509 -days 365 -nodes -newkey rsa:2048 -keyout other-key.pem \\
        -subj /CN=ca -out other-ca.pem
      openssl x509 -req -days 365 -in client.csr -CA other-ca.pem -CAkey other-key.pem \\
        -CAcreateserial -out foreign.pem -extfile extfile-client.cnf
      """;

  static Ceremony hold() {
    try {
      Ceremony ceremony =
          new Ceremony(Files.createTempDirectory(Path.of("/tmp"), "priok-ceremony"));
      ceremony.shell().run("sh", "-c", "cd " + ceremony.folder + "\n" + STEPS).ok();
      return ceremony;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A shell whose home is the folder, and that sees it as {@code $C}. */
  Shell shell() {
    return new Shell(
        Map.of("C", folder.toString(), "HOME", folder.toString()), Duration.ofMinutes(2));
  }

  String file(String name) {
    return folder.resolve(name).toString();
  }

  /**
   * A daemon with the starter image, at that address for clients with this ceremony's key alone.
   */
  DaemonUnderTest daemon(String host, String... options) {
    List<String> all = new ArrayList<>(List.of(options));
    all.addAll(
        List.of(
            "-H",
            host,
            "--tlsverify",
            "--tlscacert=" + file("ca.pem"),
            "--tlscert=" + file("server-cert.pem"),
            "--tlskey=" + file("server-key.pem")));
    return DaemonUnderTest.withImage(all.toArray(String[]::new));
  }

  void remove() {
    shell().run("rm", "-rf", folder.toString()).ok();
  }
}
