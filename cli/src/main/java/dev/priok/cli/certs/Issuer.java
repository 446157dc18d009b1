package dev.priok.cli.certs;

import dev.priok.model.tls.Identity;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * Makes keys and signs certificates (RFC 5280).
 *
 * <p>Keys are of the curve P-256: every client of the API takes them, and a handshake costs the
 * daemon a tenth of what it does with the RSA keys of Docker's guide. Authorities of any kind sign.
 */
final class Issuer {
  private static final Duration AUTHORITY = Duration.ofDays(3650);

  /** Clocks of two machines differ. */
  private static final Duration SKEW = Duration.ofHours(1);

  private static final SecureRandom RANDOM = new SecureRandom();

  private final Identity authority;

  Issuer(Identity authority) {
    this.authority = authority;
  }

  /** A new authority that signs for ten years. */
  static Identity newAuthority(String name) throws IOException {
    KeyPair keys = newKeys();
    X500Name subject = name(name);
    try {
      JcaX509v3CertificateBuilder builder = begin(subject, subject, AUTHORITY, keys.getPublic());
      JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
      builder
          // No authority below it: whoever has a certificate of it must not sign others.
          .addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
          .addExtension(
              Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign))
          .addExtension(
              Extension.subjectKeyIdentifier,
              false,
              identifiers.createSubjectKeyIdentifier(keys.getPublic()));
      return new Identity(List.of(signed(builder, keys.getPrivate())), keys.getPrivate());
    } catch (GeneralSecurityException e) {
      throw new IOException("cannot make an authority: " + e.getMessage(), e);
    }
  }

  /** For a daemon that is reached by these names and addresses. */
  Identity server(Collection<String> hosts, Duration valid) throws IOException {
    List<GeneralName> names = new ArrayList<>();
    for (String host : hosts) {
      int kind = HostNames.isAddress(host) ? GeneralName.iPAddress : GeneralName.dNSName;
      names.add(
          new GeneralName(
              kind,
              kind == GeneralName.iPAddress ? InetAddress.ofLiteral(host).getHostAddress() : host));
    }
    return issue(
        hosts.iterator().next(),
        KeyPurposeId.id_kp_serverAuth,
        new GeneralNames(names.toArray(GeneralName[]::new)),
        valid);
  }

  /** For a client of that name. */
  Identity client(String name, Duration valid) throws IOException {
    return issue(name, KeyPurposeId.id_kp_clientAuth, null, valid);
  }

  private Identity issue(
      String subject,
      KeyPurposeId purpose,
      @org.jspecify.annotations.Nullable GeneralNames names,
      Duration valid)
      throws IOException {
    KeyPair keys = newKeys();
    X509Certificate own = authority.chain().getFirst();
    try {
      JcaX509v3CertificateBuilder builder =
          begin(
              X500Name.getInstance(own.getSubjectX500Principal().getEncoded()),
              name(subject),
              valid,
              keys.getPublic());
      JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
      builder
          .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
          .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
          .addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose))
          .addExtension(
              Extension.subjectKeyIdentifier,
              false,
              identifiers.createSubjectKeyIdentifier(keys.getPublic()))
          .addExtension(
              Extension.authorityKeyIdentifier,
              false,
              identifiers.createAuthorityKeyIdentifier(own));
      if (names != null) {
        builder.addExtension(Extension.subjectAlternativeName, false, names);
      }
      return new Identity(List.of(signed(builder, authority.key())), keys.getPrivate());
    } catch (GeneralSecurityException e) {
      throw new IOException("cannot make a certificate: " + e.getMessage(), e);
    }
  }

  private static X500Name name(String commonName) {
    return new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.CN, commonName).build();
  }

  private static JcaX509v3CertificateBuilder begin(
      X500Name issuer, X500Name subject, Duration valid, PublicKey key) {
    Instant now = Instant.now();
    return new JcaX509v3CertificateBuilder(
        issuer,
        new BigInteger(127, RANDOM).setBit(126),
        Date.from(now.minus(SKEW)),
        Date.from(now.plus(valid)),
        subject,
        key);
  }

  private static X509Certificate signed(JcaX509v3CertificateBuilder builder, PrivateKey key)
      throws IOException, GeneralSecurityException {
    String algorithm =
        switch (key.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> "EdDSA";
        };
    try {
      byte[] bytes = builder.build(new JcaContentSignerBuilder(algorithm).build(key)).getEncoded();
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(bytes));
    } catch (OperatorCreationException e) {
      throw new GeneralSecurityException("the authority's key cannot sign: " + e.getMessage(), e);
    }
  }

  private static KeyPair newKeys() throws IOException {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IOException("cannot make a key: " + e.getMessage(), e);
    }
  }
}
