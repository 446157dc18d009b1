package dev.priok.daemon;

import dev.priok.engine.metrics.Exposition;
import dev.priok.engine.metrics.Histogram;
import dev.priok.engine.metrics.Histograms;
import dev.priok.http.routing.CallObserver;
import java.util.Map;
import java.util.Set;

/**
 * What is measured while the daemon works, if {@code --metrics-addr} asks for it; {@link
 * MetricsReport} tells of it. Names, labels and bounds of {@code engine_daemon_} are Docker's
 * (daemon/internal/metrics).
 */
final class Metrics implements CallObserver {
  private static final Map<String, String> CONTAINER_ACTIONS =
      Map.of(
          "POST /containers/create", "create",
          "POST /containers/{}/start", "start",
          "DELETE /containers/{}", "delete",
          "GET /containers/{}/changes", "changes",
          "POST /commit", "commit");
  private static final Map<String, String> IMAGE_ACTIONS =
      Map.of(
          "POST /images/create", "pull",
          "POST /images/{}/push", "push",
          "DELETE /images/{}", "delete",
          "GET /images/{}/history", "history");
  private static final Map<String, String> HOST_FUNCTIONS =
      Map.of("GET /info", "system_info", "GET /version", "system_version");
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS");

  private final Histograms containers =
      new Histograms(
          "engine_daemon_container_actions_seconds",
          "The number of seconds it takes to process each container action",
          Histogram.USUAL,
          "action");
  private final Histograms networks =
      new Histograms(
          "engine_daemon_network_actions_seconds",
          "The number of seconds it takes to process each network action",
          Histogram.USUAL,
          "action");
  private final Histograms images =
      new Histograms(
          "engine_daemon_image_actions_seconds",
          "The number of seconds it takes to process each image action",
          Histogram.USUAL,
          "action");
  private final Histograms host =
      new Histograms(
          "engine_daemon_host_info_functions_seconds",
          "The number of seconds it takes to call functions gathering info about the host",
          Histogram.USUAL,
          "function");
  private final Histograms calls =
      new Histograms(
          "priok_api_request_duration_seconds",
          "Seconds from the head of an API request to the end of its response",
          Histogram.FINE,
          "method",
          "route",
          "code");

  Metrics() {
    // Docker has these from the start, so that a rate can be taken of the first ones.
    CONTAINER_ACTIONS.values().forEach(containers::of);
  }

  /** For the networks of containers. */
  Histograms networks() {
    return networks;
  }

  @Override
  public void answered(Ended call) {
    int status = call.status();
    long nanos = call.nanos();
    String verb = METHODS.contains(call.method()) ? call.method() : "other";
    String code = status == 0 ? "none" : (status / 100) + "xx";
    calls.of(verb, call.pattern(), code).record(nanos);
    if (status < 200 || status >= 400) {
      return;
    }
    String route = call.method() + " " + call.pattern();
    record(containers, CONTAINER_ACTIONS.get(route), nanos);
    record(images, IMAGE_ACTIONS.get(route), nanos);
    record(host, HOST_FUNCTIONS.get(route), nanos);
    if (route.equals("POST /networks/{}/connect")) {
      record(networks, "connect", nanos);
    }
  }

  private static void record(
      Histograms where, @org.jspecify.annotations.Nullable String action, long nanos) {
    if (action != null) {
      where.of(action).record(nanos);
    }
  }

  void write(Exposition out) {
    containers.write(out);
    networks.write(out);
    images.write(out);
    host.write(out);
    calls.write(out);
  }
}
