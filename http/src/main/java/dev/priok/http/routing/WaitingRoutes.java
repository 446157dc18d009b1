package dev.priok.http.routing;

import java.util.Set;

/** What takes as long as a client, a network, a process or the caller's own time limit wants. */
final class WaitingRoutes {
  private static final Set<String> NAMES =
      Set.of(
          "GET /events",
          "POST /containers/{}/attach",
          "GET /containers/{}/attach/ws",
          "GET /containers/{}/logs",
          "GET /containers/{}/stats",
          "POST /containers/{}/wait",
          "POST /containers/{}/stop",
          "POST /containers/{}/restart",
          "POST /exec/{}/start",
          "POST /build",
          "POST /session",
          "POST /grpc",
          "POST /images/create",
          "POST /images/load",
          "POST /images/{}/push",
          "GET /images/get",
          "GET /images/{}/get");

  private static final Set<String> TRANSFERS =
      Set.of(
          "GET /containers/{}/export",
          "GET /containers/{}/archive",
          "PUT /containers/{}/archive",
          "GET /containers/{}/changes",
          "POST /containers/prune",
          "POST /images/prune",
          "POST /volumes/prune",
          "POST /commit");

  private WaitingRoutes() {}

  /** Whether it carries or removes files, as many as there are. */
  static boolean isTransfer(String method, String path) {
    return TRANSFERS.contains(method + " " + path);
  }

  static boolean has(String method, String path) {
    return NAMES.contains(method + " " + path);
  }
}
