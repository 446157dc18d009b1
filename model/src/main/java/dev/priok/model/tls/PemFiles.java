package dev.priok.model.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads PEM files (RFC 7468); every refusal names the file. */
public final class PemFiles {
  private static final Pattern CERTIFICATE =
      Pattern.compile(
          "-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----([A-Za-z0-9+/=\\s]+)-----END ");

  /** No chain and no bundle of authorities is as long as this; a device or a mistake may be. */
  private static final long LONGEST = 4L << 20;

  private PemFiles() {}

  /**
   * All certificates of a file, in their order; whatever stands between them is passed over.
   *
   * @throws IOException where the file cannot be read or has none
   */
  public static List<X509Certificate> certificates(Path file) throws IOException {
    Matcher matcher = CERTIFICATE.matcher(text(file));
    List<X509Certificate> found = new ArrayList<>();
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      while (matcher.find()) {
        byte[] bytes = PrivateKeys.decode(matcher.group(1));
        if (factory.generateCertificate(new ByteArrayInputStream(bytes))
            instanceof X509Certificate certificate) {
          found.add(certificate);
        }
      }
    } catch (CertificateException | IllegalArgumentException e) {
      throw new IOException(file + " has a certificate that cannot be read: " + e.getMessage(), e);
    }
    if (found.isEmpty()) {
      throw new IOException(file + " has no certificate in PEM form");
    }
    return List.copyOf(found);
  }

  /**
   * The key of a file: PKCS#8, or the older forms of RSA (PKCS#1) and of elliptic curves (SEC1).
   *
   * @throws IOException where the file cannot be read, has none, or has an encrypted one
   */
  public static PrivateKey privateKey(Path file) throws IOException {
    try {
      return PrivateKeys.parse(text(file));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }

  private static String text(Path file) throws IOException {
    try {
      if (Files.isDirectory(file)) {
        throw new IOException(file + " is a directory");
      }
      if (Files.size(file) > LONGEST) {
        throw new IOException(file + " is too large to hold certificates or keys");
      }
      // Bytes that are no ASCII stand in comments at most.
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (NoSuchFileException e) {
      throw new NoSuchFileException(file.toString(), null, "no such file");
    } catch (AccessDeniedException e) {
      throw new AccessDeniedException(file.toString(), null, "permission denied");
    }
  }
}
