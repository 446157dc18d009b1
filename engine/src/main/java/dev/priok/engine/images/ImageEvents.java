package dev.priok.engine.images;

import dev.priok.engine.events.Events;
import dev.priok.model.api.image.ImageConfig;
import dev.priok.model.id.Digest;
import java.util.Map;
import java.util.TreeMap;

/** Tells what happened to images, with the attributes that Docker gives them. */
final class ImageEvents {
  private final Events events;
  private final ImageStore store;

  ImageEvents(Events events, ImageStore store) {
    this.events = events;
    this.store = store;
  }

  /** About an image; its labels are attributes while it is there. */
  void about(String action, Digest image, String name) {
    Map<String, String> attributes = new TreeMap<>();
    if (store.get(image).isPresent()) {
      ImageConfig config = store.document(image).config();
      if (config != null && config.labels() != null) {
        attributes.putAll(config.labels());
      }
    }
    attributes.put("name", name);
    events.publish(Events.Type.IMAGE, action, image.value(), attributes);
  }

  /** About a transfer, whose actor is the name as the user gave it. */
  void transfer(String action, String reference, String repository, Digest image) {
    Map<String, String> attributes = new TreeMap<>();
    ImageConfig config = store.document(image).config();
    if (config != null && config.labels() != null) {
      attributes.putAll(config.labels());
    }
    attributes.put("name", repository);
    events.publish(Events.Type.IMAGE, action, reference, attributes);
  }

  void pruned(long reclaimed) {
    events.publish(Events.Type.IMAGE, "prune", "", Map.of("reclaimed", Long.toString(reclaimed)));
  }
}
