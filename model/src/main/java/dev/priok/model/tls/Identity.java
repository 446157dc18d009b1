package dev.priok.model.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAKey;
import java.util.List;
import javax.net.ssl.KeyManager;

/**
 * Who one side of a connection is: a certificate, those that lead to its authority, and its key.
 *
 * @param chain the own certificate first
 */
public record Identity(List<X509Certificate> chain, PrivateKey key) {
  private static final byte[] SAMPLE = {'p', 'r', 'i', 'o', 'k'};

  public Identity {
    chain = List.copyOf(chain);
  }

  /**
   * Reads the files.
   *
   * @throws IOException where one of them cannot be read, or they do not belong together
   */
  public static Identity read(Path certificate, Path key) throws IOException {
    List<X509Certificate> chain = PemFiles.certificates(certificate);
    PrivateKey secret = PemFiles.privateKey(key);
    if (!matches(chain.getFirst().getPublicKey(), secret)) {
      throw new IOException(
          "the certificate %s and the key %s do not match: each belongs to another one"
              .formatted(certificate, key));
    }
    return new Identity(chain, secret);
  }

  /** For {@code SSLContext.init}. */
  public KeyManager[] keyManagers() {
    return new KeyManager[] {new OneIdentity(this)};
  }

  private static boolean matches(PublicKey open, PrivateKey secret) {
    if (open instanceof RSAKey a && secret instanceof RSAKey b) {
      return a.getModulus().equals(b.getModulus());
    }
    String algorithm =
        switch (secret.getAlgorithm()) {
          case "EC" -> "SHA256withECDSA";
          case "EdDSA", "Ed25519", "Ed448" -> "EdDSA";
          default -> "";
        };
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(secret);
      signature.update(SAMPLE);
      byte[] signed = signature.sign();
      signature.initVerify(open);
      signature.update(SAMPLE);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false; // Keys of two kinds.
    }
  }
}
