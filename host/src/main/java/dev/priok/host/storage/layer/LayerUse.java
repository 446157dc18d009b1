package dev.priok.host.storage.layer;

/** What a layer is for. */
public enum LayerUse {
  /** Filled once from a tar, then read. */
  IMAGE,
  /** Between an image and its containers. */
  INIT,
  /** Written by a container. */
  CONTAINER;

  /**
   * Whether it must be on the disk at once; a container's own is made in the way of every start,
   * and a damaged one is noticed and refused.
   */
  public boolean isDurable() {
    return this != CONTAINER;
  }
}
