package dev.priok.engine.images;

import dev.priok.engine.Filters;
import dev.priok.engine.Timestamps;
import dev.priok.model.api.image.ImageConfig;
import dev.priok.model.error.EngineException;
import dev.priok.model.image.ImageDocument;
import dev.priok.model.image.ImageReference;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** What the filters of list and prune mean for images. */
final class ImageFilter {
  private ImageFilter() {}

  static Map<String, String> labels(ImageDocument document) {
    ImageConfig config = document.config();
    return config == null || config.labels() == null ? Map.of() : config.labels();
  }

  /** When it was made; the beginning of time where the config does not say. */
  static Instant created(ImageDocument document) {
    String text = document.created();
    if (text == null || text.isEmpty()) {
      return Instant.EPOCH;
    }
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      return Instant.EPOCH; // A foreign document's odd date does not make the image unusable.
    }
  }

  /** The moment of an {@code until} filter, or null: a time, seconds, or a duration before now. */
  static @Nullable Instant until(Filters filters) {
    List<String> values = filters.values("until");
    if (values.isEmpty()) {
      return null;
    }
    if (values.size() > 1) {
      throw EngineException.invalid("more than one until filter specified");
    }
    return Timestamps.parse(values.getFirst());
  }

  /** True where a pattern in the shell's style covers the familiar name, with or without tag. */
  static boolean matches(String pattern, ImageReference reference) {
    Pattern glob = glob(pattern);
    return glob.matcher(reference.familiar()).matches()
        || glob.matcher(reference.familiarName()).matches();
  }

  private static Pattern glob(String pattern) {
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      int end = c == '[' ? pattern.indexOf(']', i + 2) : -1;
      if (c == '*') {
        regex.append("[^/]*");
      } else if (c == '?') {
        regex.append("[^/]");
      } else if (end > 0) {
        regex.append('[').append(pattern.substring(i + 1, end).replace("\\", "\\\\")).append(']');
        i = end;
      } else {
        regex.append(Pattern.quote(String.valueOf(c)));
      }
    }
    try {
      return Pattern.compile(regex.toString());
    } catch (PatternSyntaxException e) {
      throw new EngineException(
          dev.priok.model.error.ErrorKind.INVALID, "syntax error in pattern", e);
    }
  }
}
