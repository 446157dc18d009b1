package dev.priok.model.tls;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Private keys in PEM form. The JDK reads PKCS#8 only, so the older forms are wrapped into it. */
final class PrivateKeys {
  private static final Pattern KEY =
      Pattern.compile(
          "-----BEGIN ((?:[A-Z0-9]+ )?)PRIVATE KEY-----([^-]+)-----END \\1PRIVATE KEY-----");

  /** AlgorithmIdentifier of RSA keys (RFC 8017, appendix A.1). */
  private static final byte[] RSA = {
    0x30, 0x0d, 0x06, 0x09, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 1, 1, 1, 5, 0
  };

  /** The OID id-ecPublicKey (RFC 5480, section 2.1.1); the curve's follows. */
  private static final byte[] EC = {6, 7, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 2, 1};

  private static final int SEQUENCE = 0x30;
  private static final int OCTETS = 4;

  /** Parameters of an ECPrivateKey (RFC 5915): context-specific, constructed, 0. */
  private static final int CURVE = 0xa0;

  private PrivateKeys() {}

  static byte[] decode(String base64) {
    return Base64.getMimeDecoder().decode(base64);
  }

  static PrivateKey parse(String text) throws GeneralSecurityException {
    Matcher matcher = KEY.matcher(text);
    if (!matcher.find()) {
      throw new GeneralSecurityException("no private key in PEM form");
    }
    String form = matcher.group(1).strip();
    String body = matcher.group(2);
    if (form.equals("ENCRYPTED") || body.contains("Proc-Type:")) {
      throw new GeneralSecurityException(
          "the private key is encrypted; nobody is there to type its password, keep it without one");
    }
    byte[] bytes = decode(body);
    return switch (form) {
      case "" -> pkcs8(bytes);
      case "RSA" -> pkcs8(info(RSA, bytes));
      case "EC" -> pkcs8(info(der(SEQUENCE, EC, curve(bytes)), bytes));
      default -> throw new GeneralSecurityException("a private key of an unknown kind, " + form);
    };
  }

  private static PrivateKey pkcs8(byte[] bytes) throws GeneralSecurityException {
    GeneralSecurityException last = null;
    for (String algorithm : new String[] {"RSA", "EC", "EdDSA", "RSASSA-PSS"}) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(bytes));
      } catch (InvalidKeySpecException e) {
        last = e; // another algorithm's
      }
    }
    throw new GeneralSecurityException("a private key of an unknown kind", last);
  }

  /** PrivateKeyInfo (RFC 5208, section 5) around a key of the older form. */
  private static byte[] info(byte[] algorithm, byte[] key) {
    return der(SEQUENCE, new byte[] {2, 1, 0}, algorithm, der(OCTETS, key));
  }

  /** The curve's OID, which SEC1 keeps in the key itself (RFC 5915, section 3). */
  private static byte[] curve(byte[] key) throws GeneralSecurityException {
    try {
      ByteBuffer outer = ByteBuffer.wrap(key);
      ByteBuffer members = element(outer, SEQUENCE);
      while (members.hasRemaining()) {
        int tag = members.get(members.position()) & 0xff;
        ByteBuffer content = element(members, tag);
        if (tag == CURVE) {
          byte[] oid = new byte[content.remaining()];
          content.get(oid);
          return oid;
        }
      }
    } catch (java.nio.BufferUnderflowException | IllegalArgumentException e) {
      throw new GeneralSecurityException("the private key is damaged", e);
    }
    throw new GeneralSecurityException(
        "the private key does not name its curve: convert it with openssl pkcs8 -topk8 -nocrypt");
  }

  private static ByteBuffer element(ByteBuffer from, int tag) {
    if ((from.get() & 0xff) != tag) {
      throw new IllegalArgumentException("another tag was expected");
    }
    int length = from.get() & 0xff;
    if (length > 0x80) {
      int bytes = length & 0x7f;
      length = 0;
      for (int i = 0; i < bytes; i++) {
        length = (length << 8) | (from.get() & 0xff);
      }
    }
    if (length < 0 || length > from.remaining()) {
      throw new IllegalArgumentException("longer than what is there");
    }
    ByteBuffer content = from.slice(from.position(), length);
    from.position(from.position() + length);
    return content;
  }

  private static byte[] der(int tag, byte[]... parts) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      content.writeBytes(part);
    }
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    whole.write(tag);
    int length = content.size();
    if (length < 0x80) {
      whole.write(length);
    } else if (length < 0x100) {
      whole.write(0x81);
      whole.write(length);
    } else {
      whole.write(0x82);
      whole.write(length >> 8);
      whole.write(length);
    }
    whole.writeBytes(content.toByteArray());
    return whole.toByteArray();
  }
}
