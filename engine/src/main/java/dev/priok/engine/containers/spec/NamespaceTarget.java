package dev.priok.engine.containers.spec;

import java.nio.file.Path;

/** Which namespace of a kind a container lives in. */
public sealed interface NamespaceTarget {
  /** The daemon's own. */
  record Host() implements NamespaceTarget {}

  /** A new one that the runtime makes. */
  record Private() implements NamespaceTarget {}

  /** An existing one, such as {@code /proc/123/ns/ipc}. */
  record Joined(Path path) implements NamespaceTarget {}
}
