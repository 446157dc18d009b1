package dev.priok.host.registry;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Which registries are trusted how.
 *
 * @param mirrors asked before Docker Hub, for its images only ({@code --registry-mirror})
 * @param insecure hosts, with or without port, and CIDR ranges that may speak plain http or have
 *     certificates nobody signed ({@code --insecure-registry}); loopback always may
 * @param certificates folder of a folder a host with {@code *.crt} files ({@code
 *     /etc/docker/certs.d})
 * @param attempts how often a transfer is tried that makes no progress
 * @param proxies in place of the environment's {@code HTTP_PROXY}, {@code HTTPS_PROXY} and {@code
 *     NO_PROXY}, by these names
 */
public record RegistryOptions(
    List<URI> mirrors,
    List<String> insecure,
    Path certificates,
    int attempts,
    Map<String, String> proxies) {
  private static final int USUAL_ATTEMPTS = 5;

  public static final RegistryOptions DEFAULT =
      new RegistryOptions(List.of(), List.of(), Path.of("/etc/docker/certs.d"));

  public RegistryOptions {
    mirrors = List.copyOf(mirrors);
    insecure = List.copyOf(insecure);
    proxies = Map.copyOf(proxies);
  }

  /** With the usual number of attempts and the environment's proxies. */
  public RegistryOptions(List<URI> mirrors, List<String> insecure, Path certificates) {
    this(mirrors, insecure, certificates, USUAL_ATTEMPTS, Map.of());
  }

  /**
   * True where a registry ({@code host[:port]}) may be spoken to without a verified certificate.
   */
  public boolean isInsecure(String domain) {
    if (insecure.contains(domain)) {
      return true;
    }
    String host = hostOf(domain);
    if (host.equals("localhost") || insecure.contains(host)) {
      return true;
    }
    InetAddress[] addresses;
    try {
      addresses = InetAddress.getAllByName(host);
    } catch (UnknownHostException e) {
      return false; // The connection itself will say so to the user.
    }
    for (InetAddress address : addresses) {
      if (address.isLoopbackAddress() || insecure.stream().anyMatch(r -> covers(r, address))) {
        return true;
      }
    }
    return false;
  }

  /** The host of {@code host:port} or {@code [v6]:port}. */
  static String hostOf(String domain) {
    if (domain.startsWith("[")) {
      int end = domain.indexOf(']');
      return end < 0 ? domain : domain.substring(1, end);
    }
    int colon = domain.lastIndexOf(':');
    return colon < 0 ? domain : domain.substring(0, colon);
  }

  private static boolean covers(String range, InetAddress address) {
    int slash = range.indexOf('/');
    if (slash < 0) {
      return false;
    }
    try {
      byte[] network = InetAddress.ofLiteral(range.substring(0, slash)).getAddress();
      int bits = Integer.parseInt(range.substring(slash + 1));
      byte[] candidate = address.getAddress();
      if (network.length != candidate.length || bits < 0 || bits > network.length * 8) {
        return false;
      }
      for (int i = 0; i < bits; i++) {
        int mask = 0x80 >> (i % 8);
        if ((network[i / 8] & mask) != (candidate[i / 8] & mask)) {
          return false;
        }
      }
      return true;
    } catch (IllegalArgumentException e) {
      return false; // Not a CIDR: the daemon's options refused or took it as a host name.
    }
  }
}
