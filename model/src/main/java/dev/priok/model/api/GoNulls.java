package dev.priok.model.api;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.deser.BeanDeserializerModifier;
import com.fasterxml.jackson.databind.deser.std.DelegatingDeserializer;
import com.fasterxml.jackson.databind.type.CollectionType;
import com.fasterxml.jackson.databind.type.MapType;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A null in a list or map of strings is the empty string, as for Go's decoder, where a string
 * cannot be missing. A null among other things of a list is refused: in Go it would be a thing
 * without content, which the checks refuse in their turn.
 */
final class GoNulls extends BeanDeserializerModifier {
  private static final long serialVersionUID = 1L;

  @Override
  public JsonDeserializer<?> modifyCollectionDeserializer(
      DeserializationConfig config,
      CollectionType type,
      BeanDescription description,
      JsonDeserializer<?> deserializer) {
    return new Filled(deserializer, type.getContentType().hasRawClass(String.class));
  }

  @Override
  public JsonDeserializer<?> modifyMapDeserializer(
      DeserializationConfig config,
      MapType type,
      BeanDescription description,
      JsonDeserializer<?> deserializer) {
    // Null values of other maps mean something: {"80/tcp": null} is a port without a binding.
    return type.getContentType().hasRawClass(String.class)
        ? new Filled(deserializer, true)
        : deserializer;
  }

  /** Without nulls. */
  private static final class Filled extends DelegatingDeserializer {
    private static final long serialVersionUID = 1L;

    private final boolean strings;

    Filled(JsonDeserializer<?> plain, boolean strings) {
      super(plain);
      this.strings = strings;
    }

    @Override
    protected JsonDeserializer<?> newDelegatingInstance(JsonDeserializer<?> plain) {
      return new Filled(plain, strings);
    }

    @Override
    public @Nullable Object deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      Object read = super.deserialize(parser, context);
      switch (read) {
        case List<?> list when list.contains(null) -> {
          if (!strings) {
            return context.reportInputMismatch(handledType(), "null is no element of a list");
          }
          fill(list);
        }
        case Map<?, ?> map when map.containsValue(null) -> fill(map);
        case null, default -> {}
      }
      return read;
    }

    @SuppressWarnings("unchecked") // of strings, by the type that this was made for
    private static void fill(List<?> list) {
      ((List<@Nullable String>) list).replaceAll(s -> s == null ? "" : s);
    }

    @SuppressWarnings("unchecked")
    private static void fill(Map<?, ?> map) {
      ((Map<String, @Nullable String>) map).replaceAll((k, v) -> v == null ? "" : v);
    }
  }
}
