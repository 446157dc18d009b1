package dev.priok.http.routes;

import dev.priok.engine.Recent;
import dev.priok.http.routing.ApiVersion;
import dev.priok.http.routing.Call;
import dev.priok.model.api.container.ContainerInspectResponse;
import java.io.IOException;
import java.util.Objects;

/**
 * Answers to inspect as they were sent: most of an inspect's time goes into its JSON, and the
 * engine gives the same object again as long as nothing of the container has changed.
 */
final class InspectAnswers {
  private static final int MOST = 32;

  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  private record Answer(ContainerInspectResponse of, ApiVersion version, byte[] json) {}

  private final Recent<String, Answer> recent = new Recent<>(MOST);

  // The same object, not an equal one: comparing all fields would take as long as writing them.
  @SuppressWarnings("ReferenceEquality")
  byte[] json(ContainerInspectResponse container, ApiVersion version) throws IOException {
    String id = Objects.requireNonNull(container.id());
    Answer known = recent.get(id);
    if (known != null && known.of() == container && known.version().equals(version)) {
      return known.json();
    }
    byte[] json = Call.line(ContainerShapes.inspect(container, version));
    recent.put(id, new Answer(container, version, json));
    return json;
  }
}
