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
          "GET /containers/{}/export",
          "GET /containers/{}/archive",
          "PUT /containers/{}/archive",
          "POST /exec/{}/start",
          "POST /commit",
          "POST /build",
          "POST /session",
          "POST /grpc",
          "POST /images/create",
          "POST /images/load",
          "POST /images/{}/push",
          "GET /images/get",
          "GET /images/{}/get");

  private WaitingRoutes() {}

  static boolean has(String method, String path) {
    return NAMES.contains(method + " " + path);
  }
}
