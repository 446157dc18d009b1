package dev.priok.engine.images;

import dev.priok.model.image.ImageReference;
import org.jspecify.annotations.Nullable;

/** {@code docker tag}. */
final class TagImage {
  private final ImageStore store;
  private final ImageEvents events;

  TagImage(ImageStore store, ImageEvents events) {
    this.store = store;
    this.events = events;
  }

  void tag(String image, String repository, String tag) {
    ImageReference reference = referenceOf(repository, tag);
    if (reference == null || reference.digest() != null) {
      throw dev.priok.model.error.EngineException.invalid(
          "refusing to create a tag with a digest reference");
    }
    ImageRecord record = store.require(image);
    store.name(reference, record.id());
    events.about("tag", record.id(), reference.familiar());
  }

  /** A repository with a tag or digest given beside it; null where there is no repository. */
  static @Nullable ImageReference referenceOf(String repository, String tag) {
    if (repository.isEmpty()) {
      return null;
    }
    ImageReference reference = ImageReference.parse(repository);
    if (reference.digest() != null) {
      throw dev.priok.model.error.EngineException.invalid("cannot import digest reference");
    }
    return tag.isEmpty() ? reference.withDefaultTag() : reference.withTag(tag);
  }
}
