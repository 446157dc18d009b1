package dev.priok.client.wire;

import dev.priok.client.Endpoint;
import dev.priok.client.TlsFiles;
import java.io.IOException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateExpiredException;
import java.util.Locale;
import javax.net.ssl.SSLException;

/** One side does not trust the other, or cannot say who it is; the message says what to do. */
public final class TlsException extends IOException {
  private static final long serialVersionUID = 1L;

  TlsException(String message, Throwable cause) {
    super(message, cause);
  }

  static TlsException of(Endpoint.Tls endpoint, SSLException failure) {
    return new TlsException(sentence(endpoint, failure), failure);
  }

  private static String sentence(Endpoint.Tls endpoint, SSLException failure) {
    String text = String.valueOf(failure.getMessage());
    TlsFiles files = endpoint.files();
    if (text.contains("fatal alert:")) {
      String alert = text.substring(text.lastIndexOf(' ') + 1).toLowerCase(Locale.ROOT);
      return files.certificate() == null
          ? "the engine at %s wants a certificate of this client: --tlscert and --tlskey (%s)"
              .formatted(endpoint, alert)
          : "the engine at %s refused the certificate %s: of another authority, expired, or not for clients (%s)"
              .formatted(endpoint, files.certificate(), alert);
    }
    if (text.contains("Unsupported or unrecognized SSL message")) {
      return "the engine at " + endpoint + " does not speak TLS: server gave no TLS answer";
    }
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String reason = String.valueOf(cause.getMessage());
      if (cause instanceof CertificateExpiredException) {
        return "tls: failed to verify certificate: that of " + endpoint + " has expired: " + reason;
      }
      if (cause instanceof CertPathBuilderException) {
        return "tls: failed to verify certificate: that of "
            + endpoint
            + " is signed by unknown authority, not by one in "
            + (files.authorities() == null ? "this system" : files.authorities());
      }
      if (reason.contains("subject alternative")) {
        return "tls: failed to verify certificate: that of %s is not for this name: %s (`priok certs rotate --host %s` makes one that is)"
            .formatted(endpoint, reason, endpoint.host());
      }
    }
    return "tls: " + text;
  }
}
