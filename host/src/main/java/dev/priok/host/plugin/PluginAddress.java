package dev.priok.host.plugin;

import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;

/**
 * Where a plugin listens: {@code unix:///path} or {@code tcp://host:port}.
 *
 * @param text as it was written, for messages
 */
public record PluginAddress(String text, SocketAddress socket) {

  /** Reads an address; TLS is refused rather than left out. */
  public static PluginAddress parse(String plugin, String text) throws PluginException {
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      throw refused(plugin, "invalid address \"" + text + "\"");
    }
    String scheme = uri.getScheme();
    if (scheme == null) {
      throw refused(plugin, "Unknown protocol");
    }
    return switch (scheme) {
      case "unix" -> new PluginAddress(text, UnixDomainSocketAddress.of(Path.of(uri.getPath())));
      case "tcp", "http" -> {
        if (uri.getHost() == null || uri.getPort() < 0) {
          throw refused(plugin, "address \"" + text + "\" names no host and port");
        }
        yield new PluginAddress(text, new InetSocketAddress(uri.getHost(), uri.getPort()));
      }
      default ->
          throw refused(
              plugin,
              "addresses of the form "
                  + scheme
                  + "://... are not supported; use unix:// or tcp://");
    };
  }

  private static PluginException refused(String plugin, String why) {
    return new PluginException(
        PluginException.Reason.UNREACHABLE, "plugin \"" + plugin + "\": " + why);
  }

  ProtocolFamily family() {
    return socket instanceof UnixDomainSocketAddress
        ? StandardProtocolFamily.UNIX
        : StandardProtocolFamily.INET;
  }
}
