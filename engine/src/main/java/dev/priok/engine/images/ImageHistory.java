package dev.priok.engine.images;

import dev.priok.model.api.image.ImageHistoryResponseItem;
import dev.priok.model.error.EngineException;
import dev.priok.model.id.Digest;
import dev.priok.model.image.ImageDocument;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code docker history}: how the image came to be, newest step first. */
final class ImageHistory {
  private final ImageStore store;

  ImageHistory(ImageStore store) {
    this.store = store;
  }

  List<ImageHistoryResponseItem> history(String image) {
    ImageRecord record = store.require(image);
    ImageDocument document = store.document(record.id());
    List<ImageHistoryResponseItem> oldestFirst = new ArrayList<>();
    int layer = 0;
    for (ImageDocument.History step : document.historyOrEmpty()) {
      long size = 0;
      if (!step.isEmptyLayer()) {
        if (layer >= record.chain().size()) {
          throw EngineException.internal("too many non-empty layers in History section", null);
        }
        size = store.layers().find(record.chain().get(layer)).map(LayerRecord::size).orElse(0L);
        layer++;
      }
      oldestFirst.add(
          new ImageHistoryResponseItem(
              "<missing>",
              seconds(step.created()),
              step.createdBy() == null ? "" : step.createdBy(),
              null,
              size,
              step.comment() == null ? "" : step.comment()));
    }
    return withIds(record, oldestFirst.reversed());
  }

  /** The newest step is the image itself; older ones have ids as far as the parents are here. */
  private List<ImageHistoryResponseItem> withIds(
      ImageRecord image, List<ImageHistoryResponseItem> steps) {
    List<ImageHistoryResponseItem> result = new ArrayList<>();
    Optional<ImageRecord> at = Optional.of(image);
    for (ImageHistoryResponseItem step : steps) {
      if (at.isEmpty()) {
        result.add(step);
        continue;
      }
      Digest id = at.get().id();
      List<String> tags = store.tags(id);
      result.add(
          new ImageHistoryResponseItem(
              id.value(),
              step.created(),
              step.createdBy(),
              tags.isEmpty() ? null : tags,
              step.size(),
              step.comment()));
      Digest parent = at.get().parent();
      at = parent == null ? Optional.empty() : store.get(parent);
    }
    return result;
  }

  private static long seconds(@Nullable String time) {
    if (time == null) {
      return 0;
    }
    try {
      return OffsetDateTime.parse(time).toEpochSecond();
    } catch (DateTimeException e) {
      return 0; // A foreign document's odd date; the step is shown all the same.
    }
  }
}
