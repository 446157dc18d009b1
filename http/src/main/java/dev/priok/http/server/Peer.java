package dev.priok.http.server;

import java.security.cert.X509Certificate;
import java.util.List;

/** The other end of a connection, as far as the kernel or a certificate proves it. */
public sealed interface Peer {

  /** A process of this machine: the user that it had when it connected (SO_PEERCRED, unix(7)). */
  record Local(int uid) implements Peer {}

  /**
   * Somebody with a certificate that the listener's authority has signed.
   *
   * @param chain as he showed it: his own certificate first
   */
  record Certified(String commonName, List<X509Certificate> chain, String address)
      implements Peer {}

  /** Somebody at an address; nothing is proved of him. */
  record Remote(String address) implements Peer {}
}
