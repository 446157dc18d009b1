package dev.priok.engine.images;

import dev.priok.engine.images.ImageUsers.User;
import dev.priok.model.api.image.ImageDeleteResponseItem;
import dev.priok.model.error.EngineException;
import dev.priok.model.id.Digest;
import dev.priok.model.image.ImageReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code docker rmi}: takes a name away, and with the last one the image, its layers and its
 * nameless parents.
 */
final class RemoveImage {
  private final ImageStore store;
  private final ImageEvents events;

  RemoveImage(ImageStore store, ImageEvents events) {
    this.store = store;
    this.events = events;
  }

  List<ImageDeleteResponseItem> remove(String image, boolean force, boolean prune) {
    ImageRecord record = store.require(image);
    Digest id = record.id();
    List<ImageDeleteResponseItem> items = new ArrayList<>();
    List<ImageReference> names = store.names(id);
    boolean byName = !isIdPrefix(id, image);
    if (!byName) {
      if (isSingleReference(names)) {
        refuseConflict(id, force, false);
        names.forEach(name -> unname(name, id, items));
      }
    } else {
      if (!force && isSingleReference(names)) {
        for (User user : store.users().usersOf(id)) {
          throw EngineException.conflict(
              "conflict: unable to remove repository reference \"%s\" (must force) - container %s"
                  + " is using its referenced image %s",
              image, user.id().shortForm(), Progress.shortId(id));
        }
      }
      if (unnameWithDigests(image, id, items)) {
        return items;
      }
    }
    Optional<EngineException> conflict = force ? hardConflict(id) : conflict(id, true);
    if (conflict.isPresent()) {
      if (byName) {
        return items; // The name is gone, as asked; what still needs the image keeps it.
      }
      throw conflict.get();
    }
    delete(record, prune, items);
    return items;
  }

  /** Takes the name away; true where the image has others left. */
  private boolean unnameWithDigests(String image, Digest id, List<ImageDeleteResponseItem> items) {
    ImageReference parsed = ImageReference.parse(image).withDefaultTag();
    ImageReference name =
        parsed.digest() == null ? parsed : parsed.bare().withDigest(parsed.digest());
    unname(name, id, items);
    List<ImageReference> left = store.names(id);
    boolean otherTag = left.stream().anyMatch(r -> r.tag() != null && r.name().equals(name.name()));
    if (name.tag() != null && !otherTag) {
      // Digests only tell where the removed tag came from: they go with the repository's last tag.
      left.stream().filter(r -> r.name().equals(name.name())).forEach(r -> unname(r, id, items));
      left = store.names(id);
    }
    return !left.isEmpty();
  }

  private void unname(ImageReference name, Digest id, List<ImageDeleteResponseItem> items) {
    if (store.unname(name)) {
      events.about("untag", id, id.value());
      items.add(new ImageDeleteResponseItem(name.familiar(), null));
    }
  }

  private void delete(ImageRecord record, boolean prune, List<ImageDeleteResponseItem> items) {
    Digest id = record.id();
    store.names(id).forEach(name -> unname(name, id, items));
    List<LayerRecord> removed = store.remove(id);
    events.about("delete", id, id.value());
    items.add(new ImageDeleteResponseItem(null, id.value()));
    removed.forEach(l -> items.add(new ImageDeleteResponseItem(null, l.chainId().value())));
    if (!prune || record.parent() == null) {
      return;
    }
    Optional<ImageRecord> parent = store.get(record.parent());
    if (parent.isPresent()
        && isDangling(parent.get())
        && conflict(parent.get().id(), true).isEmpty()) {
      delete(parent.get(), true, items);
    }
  }

  private boolean isDangling(ImageRecord image) {
    return store.names(image.id()).isEmpty() && store.children(image.id()).isEmpty();
  }

  private void refuseConflict(Digest id, boolean force, boolean names) {
    Optional<EngineException> conflict = force ? hardConflict(id) : conflict(id, names);
    if (conflict.isPresent()) {
      throw conflict.get();
    }
  }

  private Optional<EngineException> hardConflict(Digest id) {
    if (!store.children(id).isEmpty()) {
      return Optional.of(refusal(id, "cannot be forced", "image has dependent child images"));
    }
    return store.users().usersOf(id).stream()
        .filter(User::running)
        .findFirst()
        .map(u ->
            refusal(
                id,
                "cannot be forced",
                "image is being used by running container " + u.id().shortForm()));
  }

  private Optional<EngineException> conflict(Digest id, boolean names) {
    Optional<EngineException> hard = hardConflict(id);
    if (hard.isPresent()) {
      return hard;
    }
    if (names && !store.names(id).isEmpty()) {
      return Optional.of(
          refusal(id, "must be forced", "image is referenced in multiple repositories"));
    }
    return store.users().usersOf(id).stream()
        .findFirst()
        .map(u ->
            refusal(
                id,
                "must be forced",
                "image is being used by stopped container " + u.id().shortForm()));
  }

  private static EngineException refusal(Digest id, String force, String why) {
    return EngineException.conflict(
        "conflict: unable to delete %s (%s) - %s", Progress.shortId(id), force, why);
  }

  private static boolean isIdPrefix(Digest id, String image) {
    return id.value().startsWith(image) || id.hex().startsWith(image);
  }

  /** One tag at most, and all else digests of the same repository. */
  private static boolean isSingleReference(List<ImageReference> names) {
    long tags = names.stream().filter(r -> r.tag() != null).count();
    return names.size() <= 1
        || (tags <= 1 && names.stream().map(ImageReference::name).distinct().count() == 1);
  }
}
