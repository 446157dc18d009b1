package dev.priok.host.archive;

/** Which extended attributes belong to a file's content and so travel in archives. */
public final class XattrRules {
  private XattrRules() {}

  /**
   * False for the marks of overlayfs, which say how layers lie on each other here and let a tar
   * point into other layers, and for labels of this host's security policy.
   */
  public static boolean travels(String attribute) {
    return !attribute.startsWith("trusted.overlay.")
        && !attribute.startsWith("user.overlay.")
        && !attribute.equals("security.selinux")
        && !attribute.equals("security.ima")
        && !attribute.equals("security.evm");
  }
}
