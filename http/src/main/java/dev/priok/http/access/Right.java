package dev.priok.http.access;

import java.util.Locale;

/**
 * What makes a container, or its user, more than a container: with any of these a caller can become
 * root on the host. Roles have none of them unless they say so; {@code admin} has all.
 */
public enum Right {
  /** {@code --privileged} of containers and execs. */
  PRIVILEGED("privileged mode"),
  /** Folders of the host: binds, volumes made of them, checkpoints kept in them. */
  HOST_MOUNTS("folders of the host"),
  /** {@code --pid host} and its kin. */
  HOST_NAMESPACES("name spaces of the host"),
  /** {@code --device}, device rules and requests. */
  DEVICES("devices"),
  /** Capabilities beyond those that every container has. */
  CAPABILITIES("capabilities"),
  /** Another seccomp or AppArmor profile, unmasked paths. */
  UNCONFINED("another security profile"),
  /** A parent cgroup of the caller's choice. */
  CGROUPS("a cgroup of its own choice"),
  /** Another OCI runtime. */
  RUNTIMES("another runtime"),
  /** Annotations, which runtimes obey: crun's name files of the host and hooks. */
  ANNOTATIONS("annotations"),
  /** Log drivers that connect to an address, a unix socket of the host among them. */
  LOG_TARGETS("a log driver that connects elsewhere"),
  /** Network drivers and options that reach the host's own links. */
  HOST_NETWORKS("links of the host"),
  /** Drivers of plugins, which run as root. */
  PLUGINS("a driver of a plugin");

  private final String text;

  Right(String text) {
    this.text = text;
  }

  /** As roles.json writes it: {@code host-mounts}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** For a sentence. */
  String text() {
    return text;
  }
}
