package dev.priok.http.access;

import java.util.Set;

/** Who asks, as far as the connection proves it. */
public sealed interface Caller {

  /** For logs and sentences. */
  String name();

  /** A process of this machine, by the credentials of its end of the unix socket (unix(7)). */
  record Local(int uid, String user, Set<String> groups) implements Caller {
    @Override
    public String name() {
      return user;
    }

    /** Root has the machine anyway; a role could only be in the way of repairing it. */
    boolean isRoot() {
      return uid == 0;
    }
  }

  /** Somebody with a certificate that the daemon's authority has signed. */
  record Certified(String commonName, String address) implements Caller {
    /** With the kind in front: a certificate for root is not the machine's root. */
    @Override
    public String name() {
      return "certificate " + commonName;
    }
  }

  /** Nobody in particular: TCP without a verified certificate. */
  record Anonymous(String address) implements Caller {
    @Override
    public String name() {
      return "anonymous at " + address;
    }
  }
}
