package dev.priok.client;

import com.fasterxml.jackson.databind.JsonNode;
import dev.priok.client.streams.JsonStream;
import dev.priok.client.wire.Query;
import dev.priok.client.wire.Request;
import dev.priok.model.api.system.EventMessage;
import dev.priok.model.api.system.SystemInfo;
import dev.priok.model.api.system.SystemVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** The engine itself. */
public final class SystemApi {
  private final Calls calls;

  SystemApi(Calls calls) {
    this.calls = calls;
  }

  /** Asks whether it is there. */
  public void ping() {
    try {
      calls.open(Request.of("GET", "/_ping")).close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Versions of the engine and its parts. */
  public SystemVersion version() {
    return calls.get("/version", new Query(), SystemVersion.class);
  }

  /** As {@link #version}, as the engine wrote it. */
  public JsonNode versionJson() {
    return calls.get("/version", new Query(), JsonNode.class);
  }

  /** What it is, has and counts. */
  public SystemInfo info() {
    return calls.get("/info", new Query(), SystemInfo.class);
  }

  /** As {@link #info}, as the engine wrote it. */
  public JsonNode infoJson() {
    return calls.get("/info", new Query(), JsonNode.class);
  }

  /** Events; endless unless {@code until} is given. Times are seconds since the epoch. */
  public JsonStream<EventMessage> events(
      @Nullable String since, @Nullable String until, Filters filters) {
    return new JsonStream<>(openEvents(since, until, filters), EventMessage.class);
  }

  /** As {@link #events}, as the engine wrote them. */
  public JsonStream<JsonNode> eventsJson(
      @Nullable String since, @Nullable String until, Filters filters) {
    return new JsonStream<>(openEvents(since, until, filters), JsonNode.class);
  }

  private dev.priok.client.wire.Response openEvents(
      @Nullable String since, @Nullable String until, Filters filters) {
    return calls.open(
        Request.of(
            "GET",
            calls.versioned(
                "/events",
                new Query()
                    .add("since", since)
                    .add("until", until)
                    .add("filters", filters.toJson()))));
  }
}
