package dev.priok.http.server;

/** The other end of a connection, as far as the kernel or a certificate proves it. */
public sealed interface Peer {

  /** A process of this machine: the user that it had when it connected (SO_PEERCRED, unix(7)). */
  record Local(int uid) implements Peer {}

  /** Somebody with a certificate that the listener's authority has signed. */
  record Certified(String commonName, String address) implements Peer {}

  /** Somebody at an address; nothing is proved of him. */
  record Remote(String address) implements Peer {}
}
