package dev.priok.engine.images;

import dev.priok.engine.Filters;
import dev.priok.model.api.image.ImageDeleteResponseItem;
import dev.priok.model.api.image.ImagePruneResponse;
import dev.priok.model.error.EngineException;
import dev.priok.model.error.ErrorKind;
import dev.priok.model.id.Digest;
import dev.priok.model.image.ImageDocument;
import dev.priok.model.image.ImageReference;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/** {@code docker image prune}: removes nameless images, or all that no container uses. */
final class PruneImages {
  private static final Set<String> FILTERS = Set.of("dangling", "label", "label!", "until");

  private final ImageStore store;
  private final RemoveImage remove;
  private final ImageEvents events;
  private final AtomicBoolean running = new AtomicBoolean();

  PruneImages(ImageStore store, RemoveImage remove, ImageEvents events) {
    this.store = store;
    this.remove = remove;
    this.events = events;
  }

  ImagePruneResponse prune(Filters filters) {
    filters.allowing(FILTERS);
    Boolean flag = filters.flag("dangling");
    boolean danglingOnly = flag == null || flag;
    Instant until = ImageFilter.until(filters);
    if (!running.compareAndSet(false, true)) {
      throw EngineException.conflict("a prune operation is already running");
    }
    try {
      Map<Digest, Long> sizes = new HashMap<>();
      List<ImageDeleteResponseItem> items = new ArrayList<>();
      for (ImageRecord image : store.all()) {
        image
            .chain()
            .forEach(c -> store.layers().find(c).ifPresent(l -> sizes.put(l.chainId(), l.size())));
      }
      for (ImageRecord image : store.all()) {
        ImageDocument document = store.document(image.id());
        if ((until == null || !ImageFilter.created(document).isAfter(until))
            && filters.labels(ImageFilter.labels(document))) {
          pruneOne(image, danglingOnly, items);
        }
      }
      long reclaimed = 0;
      for (ImageDeleteResponseItem item : items) {
        String deleted = item.deleted();
        if (deleted != null) {
          reclaimed += sizes.getOrDefault(new Digest(deleted), 0L);
        }
      }
      events.pruned(reclaimed);
      return new ImagePruneResponse(items, reclaimed);
    } finally {
      running.set(false);
    }
  }

  private void pruneOne(
      ImageRecord image, boolean danglingOnly, List<ImageDeleteResponseItem> items) {
    List<ImageReference> names = store.names(image.id());
    if (store.get(image.id()).isEmpty()
        || (names.isEmpty() && !store.children(image.id()).isEmpty())
        || !store.users().usersOf(image.id()).isEmpty()
        || store.isHeld(image.id())) {
      return;
    }
    if (danglingOnly && names.stream().anyMatch(r -> r.tag() != null)) {
      return;
    }
    List<String> targets =
        names.isEmpty()
            ? List.of(image.id().hex())
            : names.stream().map(ImageReference::full).toList();
    for (String target : targets) {
      try {
        items.addAll(remove.remove(target, false, true));
      } catch (EngineException e) {
        // Somebody began to use it, or it went with an earlier name: prune takes what it can.
        if (e.kind() != ErrorKind.CONFLICT && e.kind() != ErrorKind.NOT_FOUND) {
          throw e;
        }
      }
    }
  }
}
