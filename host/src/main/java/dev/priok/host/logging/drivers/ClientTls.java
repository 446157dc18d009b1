package dev.priok.host.logging.drivers;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** The TLS settings of a client, from PEM files. */
final class ClientTls {
  private static final Pattern KEY =
      Pattern.compile(
          "-----BEGIN (RSA |EC |)PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END \\1PRIVATE KEY-----");

  /** AlgorithmIdentifier of RSA keys (RFC 8017, appendix A.1). */
  private static final byte[] RSA = {
    0x30, 0x0d, 0x06, 0x09, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 1, 1, 1, 5, 0
  };

  private ClientTls() {}

  /**
   * Reads the files; null for those not given.
   *
   * @param ca certificates to trust besides the system's
   * @param trustAll whether any server will do
   */
  static SSLContext context(
      @Nullable String ca, @Nullable String certificate, @Nullable String key, boolean trustAll)
      throws IOException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      TrustManager[] trust = trustAll ? new TrustManager[] {new Anything()} : trust(ca);
      context.init(keys(certificate, key), trust, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException("TLS: " + e.getMessage(), e);
    }
  }

  private static TrustManager @Nullable [] trust(@Nullable String ca)
      throws IOException, GeneralSecurityException {
    if (ca == null || ca.isEmpty()) {
      return null; // the system's
    }
    KeyStore store = emptyStore();
    int number = 0;
    for (Certificate certificate : certificates(ca)) {
      store.setCertificateEntry("ca-" + number++, certificate);
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }

  private static KeyManager @Nullable [] keys(@Nullable String certificate, @Nullable String key)
      throws IOException, GeneralSecurityException {
    if (certificate == null || certificate.isEmpty() || key == null || key.isEmpty()) {
      return null;
    }
    KeyStore store = emptyStore();
    Certificate[] chain = certificates(certificate).toArray(Certificate[]::new);
    store.setKeyEntry("own", privateKey(key), new char[0], chain);
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, new char[0]);
    return factory.getKeyManagers();
  }

  private static KeyStore emptyStore() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }

  private static java.util.Collection<? extends Certificate> certificates(String file)
      throws IOException, GeneralSecurityException {
    try (InputStream in = Files.newInputStream(Path.of(file))) {
      return CertificateFactory.getInstance("X.509").generateCertificates(in);
    }
  }

  /** PKCS#8, or the older form of RSA keys; of elliptic curves PKCS#8 only. */
  private static PrivateKey privateKey(String file) throws IOException, GeneralSecurityException {
    Matcher matcher = KEY.matcher(Files.readString(Path.of(file)));
    if (!matcher.find()) {
      throw new IOException(file + " has no private key in PEM form, or it is encrypted");
    }
    byte[] bytes = Base64.getMimeDecoder().decode(matcher.group(2));
    if (matcher.group(1).startsWith("EC")) {
      throw new IOException(
          file + " has a key in SEC1 form: convert it with openssl pkcs8 -topk8 -nocrypt");
    }
    byte[] pkcs8 = matcher.group(1).isEmpty() ? bytes : wrapped(bytes);
    GeneralSecurityException last = null;
    for (String algorithm : new String[] {"RSA", "EC", "Ed25519"}) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
      } catch (InvalidKeySpecException e) {
        last = e; // another algorithm's
      }
    }
    throw new IOException(file + " has a private key of an unknown kind", last);
  }

  /** PrivateKeyInfo around an RSAPrivateKey (RFC 5208). */
  private static byte[] wrapped(byte[] rsa) throws IOException {
    ByteArrayOutputStream inner = new ByteArrayOutputStream();
    inner.write(new byte[] {2, 1, 0});
    inner.write(RSA);
    inner.write(4);
    length(inner, rsa.length);
    inner.write(rsa);
    ByteArrayOutputStream outer = new ByteArrayOutputStream();
    outer.write(0x30);
    length(outer, inner.size());
    inner.writeTo(outer);
    return outer.toByteArray();
  }

  private static void length(ByteArrayOutputStream out, int length) {
    if (length < 128) {
      out.write(length);
    } else if (length < 256) {
      out.write(0x81);
      out.write(length);
    } else {
      out.write(0x82);
      out.write(length >> 8);
      out.write(length);
    }
  }

  /**
   * What {@code syslog-tls-skip-verify} asks for; extended, so that names are not checked either.
   */
  private static final class Anything extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {
      // no client is ever checked here
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {
      // the user said so
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {
      // no client is ever checked here
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {
      // the user said so
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
      // no client is ever checked here
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
      // the user said so
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
