package dev.priok.host.registry;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;

/**
 * One address at which a registry may be.
 *
 * @param base scheme, host, port and perhaps a path; without a slash at the end
 * @param mirror true where it only stands in for another registry
 */
record Endpoint(String base, HttpClient http, boolean mirror) {
  /** Users name registries, so the address need not be one. */
  URI resolve(String path) throws RegistryException {
    try {
      return askable(new URI(base + path));
    } catch (URISyntaxException | IllegalArgumentException e) {
      throw new RegistryException(
          RegistryException.Reason.OTHER, 0, "invalid registry address: " + base, e);
    }
  }

  /** Refuses what no request can be sent to, before the JDK's client does. */
  static URI askable(URI uri) {
    String scheme = uri.getScheme();
    if (uri.getHost() == null || !("http".equals(scheme) || "https".equals(scheme))) {
      throw new IllegalArgumentException("no host, or another scheme than http: " + uri);
    }
    return uri;
  }
}
