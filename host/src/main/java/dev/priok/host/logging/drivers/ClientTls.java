package dev.priok.host.logging.drivers;

import dev.priok.model.tls.AnyCertificate;
import dev.priok.model.tls.Authorities;
import dev.priok.model.tls.Identity;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/** The TLS settings of a client, from PEM files. */
final class ClientTls {
  private ClientTls() {}

  /**
   * Reads the files; null for those not given.
   *
   * @param ca certificates to trust instead of the system's
   * @param trustAll whether any server will do
   */
  static SSLContext context(
      @Nullable String ca, @Nullable String certificate, @Nullable String key, boolean trustAll)
      throws IOException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      TrustManager[] trust = trustAll ? new TrustManager[] {new AnyCertificate()} : trust(ca);
      context.init(keys(certificate, key), trust, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException("TLS: " + e.getMessage(), e);
    }
  }

  private static TrustManager @Nullable [] trust(@Nullable String ca) throws IOException {
    return ca == null || ca.isEmpty() ? null : Authorities.only(Path.of(ca)); // null: the system's
  }

  private static KeyManager @Nullable [] keys(@Nullable String certificate, @Nullable String key)
      throws IOException {
    if (certificate == null || certificate.isEmpty() || key == null || key.isEmpty()) {
      return null;
    }
    return Identity.read(Path.of(certificate), Path.of(key)).keyManagers();
  }
}
