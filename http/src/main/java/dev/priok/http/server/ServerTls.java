package dev.priok.http.server;

import dev.priok.model.tls.AnyCertificate;
import dev.priok.model.tls.Authorities;
import dev.priok.model.tls.Identity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The TLS of a listener: who the server is, and whose clients it takes.
 *
 * <p>The files are looked at before each handshake and read again where they have changed, so that
 * certificates are renewed without a restart. Files that do not fit together, as in the middle of
 * an exchange, change nothing: the former ones hold until they do.
 */
public final class ServerTls {
  private static final Logger LOG = LoggerFactory.getLogger(ServerTls.class);

  /** RFC 9325 wants no other; those of TLS 1.3 are all good. */
  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

  /** A client whose certificate has expired must not go on for a day with a resumed session. */
  private static final int SESSION_SECONDS = 300;

  private final Material files;
  private volatile Loaded loaded;

  /**
   * Where everything lies.
   *
   * @param clientCa who signs the certificates of clients; null: clients need none
   */
  public record Material(Path certificate, Path key, @Nullable Path clientCa) {
    private Stream<Path> all() {
      return clientCa == null ? Stream.of(certificate, key) : Stream.of(certificate, key, clientCa);
    }
  }

  /** What can be seen of a file without reading it. */
  private record Stamp(@Nullable Object file, Instant modified, long size) {
    static final Stamp GONE = new Stamp(null, Instant.EPOCH, -1);
  }

  private record Loaded(SSLContext context, List<String> suites, List<Stamp> stamps) {}

  private ServerTls(Material files) throws IOException {
    this.files = files;
    this.loaded = load(stamps());
  }

  /**
   * Reads the files.
   *
   * @throws IOException with a sentence about what is wrong with which of them
   */
  public static ServerTls read(Material files) throws IOException {
    return new ServerTls(files);
  }

  /** True where a client needs a certificate. */
  public boolean verifies() {
    return files.clientCa() != null;
  }

  /** What should not be as it is, although it works. */
  public List<String> warnings() {
    List<String> found = new ArrayList<>();
    try {
      PosixFileAttributes key = Files.readAttributes(files.key(), PosixFileAttributes.class);
      Set<PosixFilePermission> others = key.permissions();
      if (others.contains(PosixFilePermission.OTHERS_READ)
          || others.contains(PosixFilePermission.GROUP_READ)) {
        found.add(
            "%s can be read by %s: whoever has this key can pass for this daemon; chmod 0400 %s"
                .formatted(
                    files.key(),
                    others.contains(PosixFilePermission.OTHERS_READ)
                        ? "every user of this machine"
                        : "its group",
                    files.key()));
      }
    } catch (IOException e) {
      LOG.debug("who may read {}: {}", files.key(), e.toString());
    }
    return found;
  }

  /**
   * Reads the files again, changed or not.
   *
   * @throws IOException as {@link #read}; the former ones hold then
   */
  public void readAgain() throws IOException {
    loaded = load(stamps());
  }

  /** For one connection. */
  SSLEngine engine() {
    Loaded now = current();
    SSLEngine engine = now.context().createSSLEngine();
    engine.setUseClientMode(false);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setProtocols(PROTOCOLS);
    parameters.setCipherSuites(now.suites().toArray(String[]::new));
    parameters.setUseCipherSuitesOrder(true);
    parameters.setNeedClientAuth(verifies());
    engine.setSSLParameters(parameters);
    return engine;
  }

  private Loaded current() {
    Loaded former = loaded;
    List<Stamp> stamps = stamps();
    if (stamps.equals(former.stamps())) {
      return former;
    }
    try {
      Loaded now = load(stamps);
      loaded = now;
      LOG.info("read the certificate {} again, it has changed", files.certificate());
      warnings().forEach(LOG::warn);
      return now;
    } catch (IOException e) {
      LOG.warn("the former certificate goes on: {}", e.getMessage());
      Loaded same = new Loaded(former.context(), former.suites(), stamps);
      loaded = same; // Said once; the next change is looked at again.
      return same;
    }
  }

  private List<Stamp> stamps() {
    return files.all().map(ServerTls::stamp).toList();
  }

  private static Stamp stamp(Path file) {
    try {
      BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
      return new Stamp(found.fileKey(), found.lastModifiedTime().toInstant(), found.size());
    } catch (IOException e) {
      return Stamp.GONE;
    }
  }

  private Loaded load(List<Stamp> stamps) throws IOException {
    Identity identity = Identity.read(files.certificate(), files.key());
    X509Certificate own = identity.chain().getFirst();
    try {
      own.checkValidity();
    } catch (CertificateException e) {
      // Not a refusal: a client that verifies says so itself, and the next start must be possible.
      LOG.warn(
          "the certificate {} is valid from {} to {} only: clients will refuse it",
          files.certificate(),
          own.getNotBefore().toInstant(),
          own.getNotAfter().toInstant());
    }
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      Path ca = files.clientCa();
      TrustManager[] trust =
          ca == null ? new TrustManager[] {new AnyCertificate()} : Authorities.only(ca);
      context.init(identity.keyManagers(), trust, null);
      context.getServerSessionContext().setSessionTimeout(SESSION_SECONDS);
      return new Loaded(context, suites(context), stamps);
    } catch (GeneralSecurityException e) {
      throw new IOException("TLS is not available: " + e.getMessage(), e);
    }
  }

  /** Those of TLS 1.3, and of 1.2 those with fresh keys and authenticated encryption. */
  private static List<String> suites(SSLContext context) {
    return Arrays.stream(context.getDefaultSSLParameters().getCipherSuites())
        .filter(s ->
            s.startsWith("TLS_AES_")
                || s.startsWith("TLS_CHACHA20_")
                || (s.startsWith("TLS_ECDHE_")
                    && (s.contains("_GCM_") || s.contains("_CHACHA20_"))))
        .toList();
  }
}
