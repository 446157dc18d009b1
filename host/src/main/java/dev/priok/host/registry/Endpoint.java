package dev.priok.host.registry;

import java.net.URI;
import java.net.http.HttpClient;

/**
 * One address at which a registry may be.
 *
 * @param base scheme, host, port and perhaps a path; without a slash at the end
 * @param mirror true where it only stands in for another registry
 */
record Endpoint(String base, HttpClient http, boolean mirror) {
  URI resolve(String path) {
    return URI.create(base + path);
  }
}
