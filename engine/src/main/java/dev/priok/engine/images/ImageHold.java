package dev.priok.engine.images;

/**
 * Keeps an image's layers from the moment a name was resolved until the user's own record (a
 * container's) is durable; the image may lose its names meanwhile, and then stays as long as the
 * record needs it.
 */
public interface ImageHold extends AutoCloseable {
  ResolvedImage image();

  @Override
  void close();
}
