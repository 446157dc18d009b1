package dev.priok.daemon;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The options of {@code priokd}: dockerd's names and meanings.
 *
 * <p>A null means that neither the command line nor the file said anything; {@link DaemonConfig}
 * has the values that hold in the end.
 */
@Command(
    name = "priokd",
    sortOptions = true,
    customSynopsis = "priokd [OPTIONS]",
    description = "A container engine for Linux that speaks the Docker Engine API.",
    descriptionHeading = "%n",
    optionListHeading = "%nOptions:%n")
final class DaemonOptions {
  @Option(
      names = {"-H", "--host"},
      paramLabel = "list",
      description = "Where to listen: unix:///path, tcp://address:port or fd:// (repeatable)")
  List<String> hosts = new ArrayList<>();

  @Option(
      names = {"--data-root", "-g", "--graph"},
      paramLabel = "string",
      description = "Where images, containers and volumes are kept (default /var/lib/priok)")
  @Nullable Path dataRoot;

  @Option(
      names = "--exec-root",
      paramLabel = "string",
      description = "Where the state of running containers is kept (default /run/priok)")
  @Nullable Path execRoot;

  @Option(
      names = {"-p", "--pidfile"},
      paramLabel = "string",
      description = "File that gets the daemon's process id (default /run/priokd.pid)")
  @Nullable Path pidfile;

  @Option(
      names = {"-D", "--debug"},
      arity = "0..1",
      fallbackValue = "true",
      description = "Log every API call and what it leads to")
  @Nullable Boolean debug;

  @Option(
      names = {"-l", "--log-level"},
      paramLabel = "string",
      description = "debug, info, warn, error or fatal (default info)")
  @Nullable String logLevel;

  @Option(
      names = "--log-driver",
      paramLabel = "string",
      description = "Log driver for containers that name none (default json-file)")
  @Nullable String logDriver;

  @Option(
      names = "--log-opt",
      paramLabel = "map",
      description = "Option of the default log driver, key=value (repeatable)")
  Map<String, String> logOpts = new LinkedHashMap<>();

  @Option(
      names = "--log-ceiling",
      paramLabel = "size",
      description =
          "Most that all containers' logs may take together: bytes as in 20g, a share of the file"
              + " system as in 5%%, or 0 for no limit (default 10%%, at most 20g)")
  @Nullable String logCeiling;

  @Option(
      names = "--disk-low-water",
      paramLabel = "size",
      description =
          "Room to keep free on the data root's file system, below which pulls, loads, imports and"
              + " commits are refused: bytes as in 2g, a share as in 5%%, or 0 for none (default"
              + " 1%%, at most 1g)")
  @Nullable String diskLowWater;

  @Option(
      names = "--config-file",
      paramLabel = "string",
      description = "Configuration file (default /etc/priok/daemon.json)")
  @Nullable Path configFile;

  @Option(
      names = "--bip",
      paramLabel = "ipNet",
      description = "Address and prefix length of the default bridge, 10.1.0.1/24 for one")
  @Nullable String bip;

  @Option(
      names = {"-b", "--bridge"},
      paramLabel = "string",
      description = "Name of the default bridge; \"none\" for no default network")
  @Nullable String bridge;

  @Option(
      names = {"-s", "--storage-driver"},
      paramLabel = "string",
      description = "Storage driver (default: the one with data, else the best that works)")
  @Nullable String storageDriver;

  @Option(
      names = "--storage-opt",
      paramLabel = "list",
      description = "Option of the storage driver, key=value (repeatable)")
  List<String> storageOpts = new ArrayList<>();

  @Option(
      names = "--default-runtime",
      paramLabel = "string",
      description = "OCI runtime for containers that name none")
  @Nullable String defaultRuntime;

  @Option(
      names = "--add-runtime",
      paramLabel = "name=path",
      description = "A further OCI runtime (repeatable)")
  Map<String, String> runtimes = new LinkedHashMap<>();

  @Option(
      names = "--insecure-registry",
      paramLabel = "list",
      description = "Registry, or network of registries, to reach over plain HTTP (repeatable)")
  List<String> insecureRegistries = new ArrayList<>();

  @Option(
      names = "--registry-mirror",
      paramLabel = "list",
      description = "Mirror of the default registry to ask first (repeatable)")
  List<String> registryMirrors = new ArrayList<>();

  @Option(
      names = "--iptables",
      arity = "0..1",
      fallbackValue = "true",
      description = "Write firewall rules (nftables) for networks and ports (default true)")
  @Nullable Boolean iptables;

  @Option(
      names = "--ip-forward",
      arity = "0..1",
      fallbackValue = "true",
      description = "Switch on forwarding of packets in the kernel (default true)")
  @Nullable Boolean ipForward;

  @Option(
      names = "--userland-proxy",
      arity = "0..1",
      fallbackValue = "true",
      description = "Serve published ports on loopback through a proxy where the kernel cannot")
  @Nullable Boolean userlandProxy;

  @Option(
      names = "--label",
      paramLabel = "list",
      description = "Label of this daemon, key=value (repeatable)")
  List<String> labels = new ArrayList<>();

  @Option(
      names = "--live-restore",
      arity = "0..1",
      fallbackValue = "true",
      description = "Leave containers running when the daemon stops")
  @Nullable Boolean liveRestore;

  @Option(
      names = "--shutdown-timeout",
      paramLabel = "int",
      description =
          "Seconds to wait for containers when the daemon stops, more where one's own stop timeout"
              + " is longer; -1 without end (default 15)")
  @Nullable Integer shutdownTimeout;

  @Option(
      names = {"-G", "--group"},
      paramLabel = "string",
      description = "Group that may use the unix socket (default docker)")
  @Nullable String group;

  @Option(
      names = "--host-gateway-ip",
      paramLabel = "ip",
      description =
          "Address that \"host-gateway\" in --add-host stands for (default: the bridge's)")
  @Nullable String hostGatewayIp;

  @Option(
      names = "--userns-remap",
      paramLabel = "string",
      description = "User[:group] whose subordinate ids containers get; \"default\" for dockremap")
  @Nullable String usernsRemap;

  @Option(
      names = "--experimental",
      arity = "0..1",
      fallbackValue = "true",
      description = "Offer what Docker calls experimental: checkpoints")
  @Nullable Boolean experimental;

  @Option(
      names = "--roles",
      paramLabel = "file",
      description =
          "Who may do what, by user, group and role (default: whoever gets in may do all)")
  @Nullable Path roles;

  @Option(
      names = "--audit-log",
      paramLabel = "file",
      description = "File that gets a line of JSON for each call of the API")
  @Nullable Path auditLog;

  @Mixin ContainerFlags containers = new ContainerFlags();

  /** Options that make sense for Docker's architecture only: containerd is not part of Priok. */
  @Option(
      names = {
        "--containerd",
        "--containerd-namespace",
        "--containerd-plugins-namespace",
        "--cri-containerd",
        "--userland-proxy-path",
        "--rootless",
        "--swarm-default-advertise-addr"
      },
      arity = "0..1",
      hidden = true)
  List<String> withoutMeaning = new ArrayList<>();

  @Option(
      names = {"-v", "--version"},
      description = "Print the version and quit")
  boolean version;

  @Option(
      names = {"-h", "--help"},
      description = "Print this help and quit")
  boolean help;
}
