package dev.priok.cli.certs;

import dev.priok.cli.CliException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** By which names and addresses a daemon on this machine is reached. */
final class HostNames {
  private static final Path OWN_NAME = Path.of("/proc/sys/kernel/hostname");

  private HostNames() {}

  /** The given ones first, then those of this machine. */
  static List<String> with(Collection<String> given) throws IOException {
    Set<String> all = new LinkedHashSet<>();
    given.forEach(host -> all.add(checked(host)));
    String own = Files.readString(OWN_NAME, StandardCharsets.UTF_8).strip();
    if (isName(own)) {
      all.add(own);
      if (own.contains(".")) {
        all.add(own.substring(0, own.indexOf('.')));
      }
    }
    all.addAll(List.of("localhost", "127.0.0.1", "0:0:0:0:0:0:0:1"));
    all.addAll(addresses());
    return List.copyOf(all);
  }

  /** Those that a certificate is for. */
  static List<String> of(X509Certificate certificate) {
    List<String> found = new ArrayList<>();
    try {
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      if (names != null) {
        // Kinds 2 and 7 are names and addresses (RFC 5280 section 4.2.1.6).
        for (List<?> name : names) {
          if ((name.getFirst().equals(2) || name.getFirst().equals(7))
              && name.get(1) instanceof String text) {
            found.add(text);
          }
        }
      }
    } catch (CertificateParsingException e) {
      return found;
    }
    return found;
  }

  /** Link-local addresses are left out: they name an interface that others do not have. */
  private static List<String> addresses() throws SocketException {
    List<String> found = new ArrayList<>();
    for (NetworkInterface device : Collections.list(NetworkInterface.getNetworkInterfaces())) {
      if (!device.isUp()) {
        continue;
      }
      for (InetAddress address : Collections.list(device.getInetAddresses())) {
        if (!address.isLinkLocalAddress() && !address.isLoopbackAddress()) {
          found.add(address.getHostAddress().replaceFirst("%.*", ""));
        }
      }
    }
    return found;
  }

  private static String checked(String host) {
    String bare =
        host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    if (isAddress(bare)) {
      return InetAddress.ofLiteral(bare).getHostAddress();
    }
    if (!isName(bare)) {
      throw new CliException(
          125,
          "invalid argument \"%s\" for \"--host\" flag: a name or an address is needed, without a scheme and a port"
              .formatted(host));
    }
    return bare;
  }

  static boolean isAddress(String host) {
    if (!host.contains(":") && !host.matches("[0-9.]+")) {
      return false;
    }
    try {
      InetAddress.ofLiteral(host);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static boolean isName(String host) {
    return host.length() <= 253
        && host.matches("(\\*\\.)?[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\\.[A-Za-z0-9_-]+)*")
        && !host.matches("[0-9.]+");
  }
}
