package dev.priok.http.server;

import java.security.cert.X509Certificate;
import java.util.List;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.security.auth.x500.X500Principal;

/** The name that a certificate gives to its owner. */
final class CommonName {
  private CommonName() {}

  /** The most specific CN of the subject, or all of it where it has none. */
  static String of(X509Certificate certificate) {
    String subject = certificate.getSubjectX500Principal().getName(X500Principal.RFC2253);
    try {
      List<Rdn> parts = new LdapName(subject).getRdns();
      for (Rdn part : parts.reversed()) {
        if (part.getType().equalsIgnoreCase("CN") && part.getValue() instanceof String name) {
          return name;
        }
      }
    } catch (InvalidNameException e) {
      return subject;
    }
    return subject;
  }
}
