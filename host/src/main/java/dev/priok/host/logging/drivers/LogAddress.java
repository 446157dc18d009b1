package dev.priok.host.logging.drivers;

import dev.priok.model.error.EngineException;
import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Where a target is, as users write it: {@code tcp://host:port}, {@code unix:///path}.
 *
 * @param path of a unix socket, empty for others
 * @param port -1 where none is given
 */
record LogAddress(String scheme, String host, int port, String path) {
  /** Reads one; refuses what is no URL with a scheme. */
  static LogAddress parse(String text) {
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      throw EngineException.invalid("parse \"%s\": %s", text, e.getReason());
    }
    if (uri.getScheme() == null) {
      throw EngineException.invalid("unsupported scheme: ''");
    }
    return new LogAddress(uri.getScheme(), host(text, uri), uri.getPort(), text(uri.getPath()));
  }

  private static String host(String text, URI uri) {
    String authority = text(uri.getAuthority());
    if (uri.getHost() == null && !authority.isEmpty()) {
      // Java knows fewer host names than the DNS: with an underscore for one.
      if (!authority.matches("[A-Za-z0-9_.-]+")) {
        throw EngineException.invalid("parse \"%s\": invalid host or port", text);
      }
      return authority;
    }
    String host = text(uri.getHost());
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  private static String text(@Nullable String value) {
    return value == null ? "" : value;
  }
}
