package dev.priok.daemon;

import dev.priok.http.routing.CallObserver;
import dev.priok.http.server.Headers;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A span of OpenTelemetry for each call, sent over OTLP, where the standard variables ask for it:
 * {@code OTEL_EXPORTER_OTLP_ENDPOINT}, {@code OTEL_EXPORTER_OTLP_TRACES_ENDPOINT} or {@code
 * OTEL_TRACES_EXPORTER}. All others (headers, sampler, resource attributes, ...) mean what the
 * OpenTelemetry specification says. A caller's {@code traceparent} becomes the span's parent.
 */
final class Traces implements CallObserver, AutoCloseable {
  private static final List<String> ASKING =
      List.of(
          "OTEL_EXPORTER_OTLP_ENDPOINT",
          "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
          "OTEL_TRACES_EXPORTER");

  // Names of the semantic conventions for HTTP servers.
  private static final AttributeKey<String> METHOD = AttributeKey.stringKey("http.request.method");
  private static final AttributeKey<String> ROUTE = AttributeKey.stringKey("http.route");
  private static final AttributeKey<Long> STATUS =
      AttributeKey.longKey("http.response.status_code");
  private static final AttributeKey<String> AGENT = AttributeKey.stringKey("user_agent.original");

  private final OpenTelemetrySdk sdk;
  private final Tracer tracer;
  private final TextMapPropagator propagator;

  private Traces(OpenTelemetrySdk sdk) {
    this.sdk = sdk;
    this.tracer = sdk.getTracer("dev.priok.http", Version.number());
    this.propagator = sdk.getPropagators().getTextMapPropagator();
  }

  /** Nothing of OpenTelemetry is loaded where no variable asks for it. */
  static Optional<Traces> of(Map<String, String> environment) {
    boolean asked = ASKING.stream().anyMatch(name -> !environment.getOrDefault(name, "").isEmpty());
    if (!asked || "true".equalsIgnoreCase(environment.get("OTEL_SDK_DISABLED"))) {
      return Optional.empty();
    }
    try {
      OpenTelemetrySdk sdk =
          AutoConfiguredOpenTelemetrySdk.builder()
              .disableShutdownHook()
              // The specification's default, and the only one that needs no further library.
              .addPropertiesSupplier(() ->
                  Map.of(
                      "otel.exporter.otlp.protocol", "http/protobuf",
                      "otel.service.name", "priokd"))
              // Metrics have their own way, --metrics-addr.
              .addPropertiesCustomizer(given ->
                  Map.of("otel.metrics.exporter", "none", "otel.logs.exporter", "none"))
              .build()
              .getOpenTelemetrySdk();
      return Optional.of(new Traces(sdk));
    } catch (ConfigurationException | IllegalArgumentException | IllegalStateException e) {
      throw new StartRefusedException("OpenTelemetry's variables: " + e.getMessage());
    }
  }

  @Override
  public void answered(Ended call) {
    Instant now = Instant.now();
    Span span =
        tracer
            .spanBuilder(call.method() + " " + call.pattern())
            .setSpanKind(SpanKind.SERVER)
            .setParent(propagator.extract(Context.root(), call.headers(), Fields.ALL))
            .setStartTimestamp(now.minusNanos(call.nanos()))
            .setAttribute(METHOD, call.method())
            .setAttribute(ROUTE, call.pattern())
            .startSpan();
    String agent = call.headers().get("User-Agent");
    if (agent != null) {
      span.setAttribute(AGENT, agent);
    }
    if (call.status() != 0) {
      span.setAttribute(STATUS, (long) call.status());
    }
    if (call.status() >= 500) {
      span.setStatus(StatusCode.ERROR);
    }
    span.end(now);
  }

  /** Sends what is left, for a few seconds at most. */
  @Override
  public void close() {
    sdk.shutdown().join(3, TimeUnit.SECONDS);
  }

  /** Header fields as OpenTelemetry reads them. */
  private enum Fields implements TextMapGetter<Headers> {
    ALL;

    @Override
    @SuppressWarnings("deprecation") // abstract all the same
    public Iterable<String> keys(Headers headers) {
      List<String> names = new ArrayList<>();
      headers.forEach((name, value) -> names.add(name));
      return names;
    }

    @Override
    public @Nullable String get(@Nullable Headers headers, String name) {
      return headers == null ? null : headers.get(name);
    }
  }
}
