package dev.priok.engine.networks;

import dev.priok.host.network.dns.NameServer;
import dev.priok.model.error.EngineException;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Name resolution as a resolv.conf file describes it (resolv.conf(5)).
 *
 * @param servers addresses as written
 */
record ResolvConf(List<String> servers, List<String> search, List<String> options) {
  private static final Path HOST = Path.of("/etc/resolv.conf");
  private static final Path SYSTEMD = Path.of("/run/systemd/resolve/resolv.conf");
  private static final String SYSTEMD_STUB = "127.0.0.53";

  /** What Docker falls back to where the host names no server that a container could reach. */
  private static final List<String> PUBLIC = List.of("8.8.8.8", "8.8.4.4");

  /** The host's; behind systemd's stub resolver the file with the servers it asks itself. */
  static ResolvConf ofHost() {
    ResolvConf host = read(HOST);
    if (host.servers().equals(List.of(SYSTEMD_STUB)) && Files.isReadable(SYSTEMD)) {
      return read(SYSTEMD);
    }
    return host;
  }

  private static ResolvConf read(Path path) {
    try {
      return parse(Files.readString(path));
    } catch (IOException e) {
      return new ResolvConf(List.of(), List.of(), List.of());
    }
  }

  static ResolvConf parse(String text) {
    List<String> servers = new ArrayList<>();
    List<String> search = List.of();
    List<String> options = new ArrayList<>();
    for (String line : text.lines().toList()) {
      List<String> words = List.of(line.trim().split("\\s+", -1));
      List<String> values = words.subList(1, words.size());
      switch (words.getFirst()) {
        case "nameserver" -> servers.addAll(values.stream().limit(1).toList());
        case "search", "domain" -> search = values;
        case "options" -> options.addAll(values);
        default -> {}
      }
    }
    return new ResolvConf(List.copyOf(servers), search, List.copyOf(options));
  }

  /** Replaced part by part where a user asks for something; a search of "." means none. */
  ResolvConf with(List<String> dns, List<String> dnsSearch, List<String> dnsOptions) {
    return new ResolvConf(
        dns.isEmpty() ? servers : dns,
        dnsSearch.isEmpty() ? search : dnsSearch.stream().filter(s -> !s.equals(".")).toList(),
        dnsOptions.isEmpty() ? options : dnsOptions);
  }

  /** For a container that asks the servers itself, over IPv4 and not on the host's loopback. */
  String forDefaultNetwork() {
    List<String> reachable =
        servers.stream().filter(s -> !s.startsWith("127.") && !s.contains(":")).toList();
    return text(reachable.isEmpty() ? PUBLIC : reachable, search, options);
  }

  /** For a container with the embedded name server. */
  String forNameServer() {
    List<String> all = new ArrayList<>(options);
    if (all.stream().noneMatch(o -> o.startsWith("ndots:"))) {
      all.add("ndots:0");
    }
    return text(List.of(NameServer.ADDRESS.toString()), search, all);
  }

  /** The servers that the embedded name server asks, from the host's namespace. */
  List<InetAddress> upstream() {
    return servers.stream().map(ResolvConf::literal).toList();
  }

  private static InetAddress literal(String address) {
    // InetAddress looks names up, which must not happen here.
    if (!address.matches("[0-9.]+|[0-9a-fA-F:.%]+[0-9a-zA-Z]*")) {
      throw EngineException.invalid("%s is not an ip address", address);
    }
    try {
      return InetAddress.getByName(address);
    } catch (IOException e) {
      throw EngineException.invalid("%s is not an ip address", address);
    }
  }

  private static String text(List<String> servers, List<String> search, List<String> options) {
    StringBuilder result = new StringBuilder();
    servers.forEach(s -> result.append("nameserver ").append(s).append('\n'));
    if (!search.isEmpty()) {
      result.append("search ").append(String.join(" ", search)).append('\n');
    }
    if (!options.isEmpty()) {
      result.append("options ").append(String.join(" ", options)).append('\n');
    }
    return result.toString();
  }
}
