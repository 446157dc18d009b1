package dev.priok.cli.certs;

import dev.priok.cli.CliException;
import dev.priok.client.TlsFiles;
import dev.priok.model.tls.Identity;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The folder of certificates, with the names of Docker's guide.
 *
 * <p>Files appear whole, with their modes: written beside, synced, then renamed. Keys are for their
 * owner alone.
 */
record CertificateFolder(Path path) {
  static final String CA = "ca.pem";
  static final String CA_KEY = "ca-key.pem";
  static final String SERVER = "server-cert.pem";
  static final String SERVER_KEY = "server-key.pem";
  static final String CLIENT = "cert.pem";
  static final String CLIENT_KEY = "key.pem";
  static final List<String> NAMES = List.of(CA, CA_KEY, SERVER, SERVER_KEY, CLIENT, CLIENT_KEY);

  private static final String BASE64 = "-----%s %s-----%n";

  /** The one that is named, else where daemon and clients look by themselves. */
  static CertificateFolder of(@Nullable String named, Map<String, String> environment) {
    return new CertificateFolder(
        named == null ? TlsFiles.folder(environment) : Path.of(named).toAbsolutePath().normalize());
  }

  Path file(String name) {
    return path.resolve(name);
  }

  /** The folder of a further client. */
  CertificateFolder client(String name) {
    return new CertificateFolder(path.resolve("clients").resolve(name));
  }

  /** Makes the folder, for its owner alone; one that is there stays as it is. */
  void make() throws IOException {
    Path parent = path.getParent();
    if (parent != null && !Files.isDirectory(parent)) {
      new CertificateFolder(parent).make();
    }
    if (!Files.isDirectory(path)) {
      Files.createDirectory(
          path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
  }

  /** Refuses to go on where one of the files is there. */
  void refuseExisting(List<String> names, String advice) {
    for (String name : names) {
      if (Files.exists(file(name), LinkOption.NOFOLLOW_LINKS)) {
        throw CliException.failure(file(name) + " exists already: " + advice);
      }
    }
  }

  /** The authority, to sign with. */
  Identity authority() throws IOException {
    for (String name : List.of(CA, CA_KEY)) {
      if (!Files.exists(file(name))) {
        throw CliException.failure(
            file(name) + " is not there: `priok certs` makes a new authority");
      }
    }
    return Identity.read(file(CA), file(CA_KEY));
  }

  /**
   * Writes a certificate and its key.
   *
   * @param replace whether files of these names may be there
   */
  void write(Identity identity, String certificate, String key, boolean replace)
      throws IOException {
    // The key first: whoever sees the new certificate finds it there.
    put(key, "r--------", pem("PRIVATE KEY", identity.key().getEncoded()), replace);
    putCertificate(identity.chain().getFirst(), certificate, replace);
  }

  void putCertificate(X509Certificate certificate, String name, boolean replace)
      throws IOException {
    try {
      put(name, "r--r--r--", pem("CERTIFICATE", certificate.getEncoded()), replace);
    } catch (GeneralSecurityException e) {
      throw new IOException("a certificate that cannot be written: " + e.getMessage(), e);
    }
  }

  private static String pem(String what, byte[] bytes) {
    return BASE64.formatted("BEGIN", what)
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes)
        + "\n"
        + BASE64.formatted("END", what);
  }

  private void put(String name, String mode, String text, boolean replace) throws IOException {
    Path beside = path.resolve("." + name + "." + ProcessHandle.current().pid());
    try (FileChannel channel =
        FileChannel.open(
            beside,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      Files.setPosixFilePermissions(beside, PosixFilePermissions.fromString(mode));
      channel.force(true);
    }
    try {
      if (replace) {
        Files.move(
            beside,
            file(name),
            StandardCopyOption.ATOMIC_MOVE,
            StandardCopyOption.REPLACE_EXISTING);
      } else {
        // link(2) does not replace, whoever was faster.
        Files.createLink(file(name), beside);
      }
    } catch (FileAlreadyExistsException e) {
      throw new IOException(file(name) + " exists already", e);
    } finally {
      Files.deleteIfExists(beside);
    }
  }
}
