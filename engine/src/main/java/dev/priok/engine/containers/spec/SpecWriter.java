package dev.priok.engine.containers.spec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import dev.priok.model.api.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A JSON generator into memory, with absent values left out.
 *
 * <p>The bundle's configuration is written as a stream and never held as a tree: it is on the path
 * of every start.
 */
final class SpecWriter {
  private final JsonGenerator out;

  private SpecWriter(JsonGenerator out) {
    this.out = out;
  }

  /** Renders one object. */
  static byte[] render(Consumer<SpecWriter> body) {
    try (ByteArrayBuilder bytes = new ByteArrayBuilder(16 * 1024);
        JsonGenerator generator = Json.mapper().createGenerator(bytes)) {
      generator.writeStartObject();
      body.accept(new SpecWriter(generator));
      generator.writeEndObject();
      generator.flush();
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException("writing JSON to memory failed", e);
    }
  }

  /** A named object. */
  void object(String name, Runnable body) {
    run(() -> out.writeObjectFieldStart(name));
    body.run();
    run(out::writeEndObject);
  }

  /** An object inside an array. */
  void element(Runnable body) {
    run(out::writeStartObject);
    body.run();
    run(out::writeEndObject);
  }

  /** A named array whose elements the body writes. */
  void array(String name, Runnable body) {
    run(() -> out.writeArrayFieldStart(name));
    body.run();
    run(out::writeEndArray);
  }

  void string(String name, @Nullable String value) {
    if (value != null) {
      run(() -> out.writeStringField(name, value));
    }
  }

  void number(String name, @Nullable Long value) {
    if (value != null) {
      run(() -> out.writeNumberField(name, value));
    }
  }

  void bool(String name, boolean value) {
    run(() -> out.writeBooleanField(name, value));
  }

  /** A number as an array's element. */
  void numberElement(long value) {
    run(() -> out.writeNumber(value));
  }

  void strings(String name, Collection<String> values) {
    run(
        () -> {
          out.writeArrayFieldStart(name);
          for (String value : values) {
            out.writeString(value);
          }
          out.writeEndArray();
        });
  }

  void map(String name, Map<String, String> values) {
    run(
        () -> {
          out.writeObjectFieldStart(name);
          for (Map.Entry<String, String> entry : values.entrySet()) {
            out.writeStringField(entry.getKey(), entry.getValue());
          }
          out.writeEndObject();
        });
  }

  /** A field whose value is JSON text already. */
  void raw(String name, String json) {
    run(
        () -> {
          out.writeFieldName(name);
          out.writeRawValue(json);
        });
  }

  private static void run(Step step) {
    try {
      step.run();
    } catch (IOException e) {
      throw new UncheckedIOException("writing JSON to memory failed", e);
    }
  }

  @FunctionalInterface
  private interface Step {
    void run() throws IOException;
  }
}
