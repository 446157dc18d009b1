package dev.priok.engine.images;

import dev.priok.engine.Filters;
import dev.priok.model.api.image.ImageSummary;
import dev.priok.model.error.EngineException;
import dev.priok.model.id.Digest;
import dev.priok.model.image.ImageDocument;
import dev.priok.model.image.ImageReference;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code docker images}. */
final class ListImages {
  private static final Set<String> FILTERS =
      Set.of("dangling", "label", "before", "since", "reference", "until");

  private final ImageStore store;

  ListImages(ImageStore store) {
    this.store = store;
  }

  List<ImageSummary> list(boolean all, Filters filters, boolean sharedSize) {
    filters.allowing(FILTERS);
    Boolean dangling = filters.flag("dangling");
    Instant until = ImageFilter.until(filters);
    Instant before = momentOf(filters, "before");
    Instant since = momentOf(filters, "since");
    List<ImageRecord> images = store.all();
    Map<Digest, List<ImageReference>> names = store.names();
    Set<Digest> parents = new HashSet<>();
    images.stream().map(ImageRecord::parent).filter(p -> p != null).forEach(parents::add);
    Map<Digest, Integer> owners = sharedSize ? owners(images) : Map.of();

    List<Dated> result = new ArrayList<>();
    for (ImageRecord image : images) {
      ImageDocument document = store.document(image.id());
      Instant created = ImageFilter.created(document);
      if ((until != null && created.isAfter(until))
          || (before != null && !created.isBefore(before))
          || (since != null && !created.isAfter(since))
          || !filters.labels(ImageFilter.labels(document))) {
        continue;
      }
      List<ImageReference> own = names.getOrDefault(image.id(), List.of());
      List<ImageReference> shown = own;
      if (filters.has("reference")) {
        shown = own.stream().filter(r -> covered(filters, r)).toList();
        if (shown.isEmpty()) {
          continue;
        }
      }
      boolean tagged = own.stream().anyMatch(r -> r.tag() != null);
      if (!tagged && dangling != null && !dangling) {
        continue;
      }
      if (dangling != null && dangling && tagged) {
        continue;
      }
      // A nameless image that others are built on is a step, not a result.
      if (own.isEmpty() && !all && parents.contains(image.id())) {
        continue;
      }
      result.add(new Dated(created, summary(image, document, created, shown, owners, sharedSize)));
    }
    // By the whole instant: the summary's seconds cannot order two images of the same second.
    return result.stream()
        .sorted(Comparator.comparing(Dated::created).reversed())
        .map(Dated::summary)
        .toList();
  }

  private record Dated(Instant created, ImageSummary summary) {}

  private static boolean covered(Filters filters, ImageReference reference) {
    return filters.values("reference").stream().anyMatch(p -> ImageFilter.matches(p, reference));
  }

  private @org.jspecify.annotations.Nullable Instant momentOf(Filters filters, String name) {
    List<String> values = filters.values(name);
    if (values.isEmpty()) {
      return null;
    }
    if (values.size() > 1) {
      throw EngineException.invalid("invalid filter '%s': one image only", name);
    }
    return ImageFilter.created(store.document(store.require(values.getFirst()).id()));
  }

  private static Map<Digest, Integer> owners(List<ImageRecord> images) {
    Map<Digest, Integer> result = new HashMap<>();
    for (ImageRecord image : images) {
      new HashSet<>(image.chain()).forEach(c -> result.merge(c, 1, Integer::sum));
    }
    return result;
  }

  private ImageSummary summary(
      ImageRecord image,
      ImageDocument document,
      Instant created,
      List<ImageReference> names,
      Map<Digest, Integer> owners,
      boolean sharedSize) {
    long size = 0;
    long shared = 0;
    for (Digest chainId : image.chain()) {
      long own = store.layers().find(chainId).map(LayerRecord::size).orElse(0L);
      size += own;
      if (owners.getOrDefault(chainId, 0) > 1) {
        shared += own;
      }
    }
    Map<String, String> labels = ImageFilter.labels(document);
    return new ImageSummary(
        image.id().value(),
        image.parent() == null ? "" : image.parent().value(),
        names.stream().filter(r -> r.tag() != null).map(ImageReference::familiar).toList(),
        names.stream().filter(r -> r.tag() == null).map(ImageReference::familiar).toList(),
        Math.clamp(created.getEpochSecond(), Integer.MIN_VALUE, Integer.MAX_VALUE),
        size,
        sharedSize ? shared : -1,
        labels.isEmpty() ? null : labels,
        -1,
        null,
        null);
  }
}
