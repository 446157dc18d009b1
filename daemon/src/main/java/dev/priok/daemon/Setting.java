package dev.priok.daemon;

import static dev.priok.daemon.Row.Kind.FLAG;
import static dev.priok.daemon.Row.Kind.LIST;
import static dev.priok.daemon.Row.Kind.MAP;
import static dev.priok.daemon.Row.Kind.NUMBER;
import static dev.priok.daemon.Row.Kind.POOLS;
import static dev.priok.daemon.Row.Kind.SWITCHES;
import static dev.priok.daemon.Row.Kind.TEXT;
import static dev.priok.daemon.Row.Kind.ULIMITS;
import static dev.priok.daemon.Row.argument;
import static dev.priok.daemon.Row.meaningless;
import static dev.priok.daemon.Row.refused;
import static dev.priok.daemon.Row.setting;

/**
 * The table of settings: names, keys, defaults, help, what SIGHUP reads again. The command line,
 * the configuration file, {@code --help} and docs/options.md all follow it; only {@link
 * DaemonConfig} says what type of Java each becomes. Docker's options that are not done stand here
 * too, with the reason.
 */
enum Setting {
  HOSTS(
      setting(LIST, "hosts", "-H", "--host")
          .or(DaemonConfig.DEFAULT_HOST)
          .help("Where to listen: unix:///path, tcp://address:port or fd:// (repeatable)")),
  DATA_ROOT(
      setting(TEXT, "data-root", "-g", "--graph", "--data-root")
          .or("/var/lib/priok")
          .help("Where images, containers and volumes are kept")),
  EXEC_ROOT(
      setting(TEXT, "exec-root", "--exec-root")
          .or("/run/priok")
          .help("Where the state of running containers is kept")),
  PIDFILE(
      setting(TEXT, "pidfile", "-p", "--pidfile")
          .or("/run/priokd.pid")
          .help("File that gets the daemon's process id")),
  GROUP(
      setting(TEXT, "group", "-G", "--group")
          .or("docker")
          .help("Group that may use the unix socket")),
  TLS(
      setting(FLAG, "tls", "--tls")
          .or("false")
          .help("TLS on TCP ports; clients need certificates unless --tlsverify=false")
          .remark("false in words: plain text also beyond loopback")),
  TLS_VERIFY(
      setting(FLAG, "tlsverify", "--tlsverify")
          .or("false")
          .help("TLS on TCP ports, and only for clients with a certificate of the CA")),
  TLS_CA(
      setting(TEXT, "tlscacert", "--tlscacert")
          .help("Who signs the certificates of clients (default ~/.docker/ca.pem)")
          .remark("the files are read again when they change")),
  TLS_CERTIFICATE(
      setting(TEXT, "tlscert", "--tlscert")
          .help("This daemon's certificate (default ~/.docker/server-cert.pem, else cert.pem)")),
  TLS_KEY(
      setting(TEXT, "tlskey", "--tlskey")
          .help("The key of that certificate (default ~/.docker/server-key.pem, else key.pem)")),
  CONFIG_FILE(
      argument(TEXT, "--config-file").or("/etc/priok/daemon.json").help("Configuration file")),
  VALIDATE(argument(FLAG, "--validate").or("false").help("Check the configuration and quit")),
  VERSION(argument(FLAG, "-v", "--version").or("false").help("Print the version and quit")),
  HELP(argument(FLAG, "-h", "--help").or("false").help("Print this help and quit")),

  DEBUG(
      setting(FLAG, "debug", "-D", "--debug")
          .or("false")
          .reloads()
          .help("Log every API call and what it leads to; answer at /debug")),
  LOG_LEVEL(
      setting(TEXT, "log-level", "-l", "--log-level")
          .or("info")
          .help("Level of the daemon's log: debug, info, warn, error or fatal")),
  LOG_FORMAT(
      setting(TEXT, "log-format", "--log-format")
          .or("text")
          .help("Format of the daemon's log: text or json")),
  RAW_LOGS(
      meaningless(FLAG, "raw-logs", "--raw-logs", "the log has full times and no colours always")),
  METRICS_ADDRESS(
      setting(TEXT, "metrics-addr", "--metrics-addr")
          .help("Address and port to serve metrics on, in Prometheus' format")),

  LOG_DRIVER(
      setting(TEXT, "log-driver", "--log-driver")
          .or("json-file")
          .help("Log driver of containers that name none")),
  LOG_OPTS(
      setting(MAP, "log-opts", "--log-opt")
          .help("Option of the default log driver, key=value (repeatable)")),
  LOG_CEILING(
      setting(TEXT, "log-ceiling", "--log-ceiling")
          .help(
              "Most that all containers' logs may take: bytes as in 20g, a share of the file system"
                  + " as in 5%, 0 for no limit (default 10%, at most 20g)")
          .remark("Priok's own")),

  DISK_LOW_WATER(
      setting(TEXT, "disk-low-water", "--disk-low-water")
          .help(
              "Free room below which pulls, loads, imports and commits are refused: bytes as in 2g, a"
                  + " share of the file system as in 1%, 0 for no limit (default 1%, at most 1g)")
          .remark("Priok's own")),
  EXPERIMENTAL(
      setting(FLAG, "experimental", "--experimental")
          .or("false")
          .help("Offer what Docker calls experimental: checkpoints")),
  ROLES(
      setting(TEXT, "roles", "--roles")
          .help("File of who may do what (default: whoever gets in may do all)")
          .remark("Priok's own")),
  AUTHORIZATION_PLUGINS(
      setting(LIST, "authorization-plugins", "--authorization-plugin")
          .help("Plugin that has to allow each call (repeatable)")
          .remark("also asked about streams before they begin; see docs/roles.md")),
  AUDIT_LOG(
      setting(TEXT, "audit-log", "--audit-log")
          .help("File that gets a line of JSON for each call of the API")
          .remark("Priok's own")),

  BIP(setting(TEXT, "bip", "--bip").help("Address and prefix length of the default bridge")),
  BRIDGE(
      setting(TEXT, "bridge", "-b", "--bridge")
          .or("docker0")
          .help("Name of the default bridge; none for no default network")),
  ADDRESS_POOLS(
      setting(POOLS, "default-address-pools", "--default-address-pool")
          .help("Where networks' subnets come from: base=10.0.0.0/8,size=24 (repeatable)")),
  DNS(setting(LIST, "dns", "--dns").help("Name server of containers that name none (repeatable)")),
  DNS_OPTS(setting(LIST, "dns-opts", "--dns-opt").help("Option in /etc/resolv.conf (repeatable)")),
  DNS_SEARCH(setting(LIST, "dns-search", "--dns-search").help("Domain to search (repeatable)")),
  HOST_GATEWAY(
      setting(TEXT, "host-gateway-ip", "--host-gateway-ip")
          .help("Address that host-gateway in --add-host stands for (default: the bridge's)")
          .remark("one IPv4 address")),
  ICC(setting(FLAG, "icc", "--icc").or("true").help("Containers of the default network may talk")),
  IP(setting(TEXT, "ip", "--ip").or("0.0.0.0").help("Host address of ports published without one")),
  IP_FORWARD(
      setting(FLAG, "ip-forward", "--ip-forward")
          .or("true")
          .help("Switch on forwarding of packets in the kernel")),
  IP_MASQ(
      setting(FLAG, "ip-masq", "--ip-masq")
          .or("true")
          .help("Packets that leave the default network get the host's address")),
  IPTABLES(
      setting(FLAG, "iptables", "--iptables")
          .or("true")
          .help("Write firewall rules (nftables) for networks and ports")),
  MTU(setting(NUMBER, "mtu", "--mtu").or("0").help("MTU of the default network, 0: the kernel's")),
  USERLAND_PROXY(
      setting(FLAG, "userland-proxy", "--userland-proxy")
          .or("true")
          .help("Serve published ports on loopback by a proxy where the kernel cannot")),

  STORAGE_DRIVER(
      setting(TEXT, "storage-driver", "-s", "--storage-driver")
          .help("Storage driver (default: the one with data, else the best that works)")),
  STORAGE_OPTS(
      setting(LIST, "storage-opts", "--storage-opt")
          .help("Option of the storage driver, key=value (repeatable)")),
  INSECURE_REGISTRIES(
      setting(LIST, "insecure-registries", "--insecure-registry")
          .reloads()
          .help("Registry, or network of registries, to reach over plain HTTP (repeatable)")),
  REGISTRY_MIRRORS(
      setting(LIST, "registry-mirrors", "--registry-mirror")
          .reloads()
          .help("Mirror of the default registry to ask first (repeatable)")),
  MAX_DOWNLOADS(
      setting(NUMBER, "max-concurrent-downloads", "--max-concurrent-downloads")
          .or("3")
          .reloads()
          .help("Layers that are downloaded at once, of all pulls together")),
  MAX_UPLOADS(
      setting(NUMBER, "max-concurrent-uploads", "--max-concurrent-uploads")
          .or("5")
          .reloads()
          .help("Layers that are uploaded at once, of all pushes together")),
  MAX_ATTEMPTS(
      setting(NUMBER, "max-download-attempts", "--max-download-attempts")
          .or("5")
          .reloads()
          .help("How often a download is tried that makes no progress")),
  HTTP_PROXY(
      setting(TEXT, "http-proxy", "--http-proxy")
          .help("Proxy for plain HTTP (default $HTTP_PROXY)")),
  HTTPS_PROXY(
      setting(TEXT, "https-proxy", "--https-proxy").help("Proxy for HTTPS (default $HTTPS_PROXY)")),
  NO_PROXY(setting(TEXT, "no-proxy", "--no-proxy").help("Hosts without proxy (default $NO_PROXY)")),

  DEFAULT_RUNTIME(
      setting(TEXT, "default-runtime", "--default-runtime")
          .reloads()
          .help("OCI runtime of containers that name none")),
  RUNTIMES(
      setting(Row.Kind.RUNTIMES, "runtimes", "--add-runtime")
          .reloads()
          .help("A further OCI runtime, name=path (repeatable)")
          .remark("may stand on the command line and in the file; types and arguments: refused")),
  USERNS_REMAP(
      setting(TEXT, "userns-remap", "--userns-remap")
          .help("User[:group] whose subordinate ids containers get; default for dockremap")),
  EXEC_OPTS(
      setting(LIST, "exec-opts", "--exec-opt")
          .help("native.cgroupdriver=cgroupfs, the only one there is")
          .remark("native.cgroupdriver=systemd is refused")),
  INIT(setting(FLAG, "init", "--init").or("false").help("Run an init process in containers")),
  INIT_PATH(
      setting(TEXT, "init-path", "--init-path")
          .help("Program of that init process (default: docker-init, tini or catatonit)")),
  SHM_SIZE(
      setting(TEXT, "default-shm-size", "--default-shm-size")
          .or("64m")
          .help("Size of /dev/shm in containers")),
  IPC_MODE(
      setting(TEXT, "default-ipc-mode", "--default-ipc-mode")
          .or("private")
          .help("Mode of the IPC namespace: private or shareable")),
  CGROUPNS_MODE(
      setting(TEXT, "default-cgroupns-mode", "--default-cgroupns-mode")
          .help("Mode of the cgroup namespace: private or host (default: private on cgroup v2)")),
  CGROUP_PARENT(
      setting(TEXT, "cgroup-parent", "--cgroup-parent")
          .or("/priok")
          .help("Cgroup that containers' cgroups lie in")),
  NO_NEW_PRIVILEGES(
      setting(FLAG, "no-new-privileges", "--no-new-privileges")
          .or("false")
          .help("Set no-new-privileges for containers that do not say otherwise")),
  SECCOMP_PROFILE(
      setting(TEXT, "seccomp-profile", "--seccomp-profile")
          .or("builtin")
          .help("File with the seccomp profile of containers, or unconfined")),
  ULIMITS_OF_CONTAINERS(
      setting(ULIMITS, "default-ulimits", "--default-ulimit")
          .help("Limit of containers' processes, nofile=1024:2048 for one (repeatable)")),
  CDI_FOLDERS(
      setting(LIST, "cdi-spec-dirs", "--cdi-spec-dir")
          .help("Folder with descriptions of CDI devices (default /etc/cdi, /var/run/cdi)")),
  LABELS(
      setting(LIST, "labels", "--label")
          .reloads()
          .help("Label of this daemon, key=value (repeatable)")),
  LIVE_RESTORE(
      setting(FLAG, "live-restore", "--live-restore")
          .or("false")
          .reloads()
          .help("Leave containers running when the daemon stops")),
  SHUTDOWN_TIMEOUT(
      setting(NUMBER, "shutdown-timeout", "--shutdown-timeout")
          .or("15")
          .reloads()
          .help("Seconds that containers get when the daemon stops")),
  FEATURES(
      setting(SWITCHES, "features", "--feature")
          .reloads()
          .help("Feature of Docker's, name=true (repeatable)")
          .remark("told in the reload event; no feature changes anything here")),

  ALLOW_DIRECT_ROUTING(
      refused(
              FLAG,
              "allow-direct-routing",
              "--allow-direct-routing",
              "there is no switch for this in the firewall's rules")
          .or("false")),
  NONDISTRIBUTABLE(
      meaningless(
          LIST,
          "allow-nondistributable-artifacts",
          "--allow-nondistributable-artifacts",
          "Docker has dropped it: such layers are pushed as all others")),
  CORS(
      refused(
          TEXT,
          "api-cors-header",
          "--api-cors-header",
          "Docker has dropped it: pages of other sites have no business with this API")),
  BIP6(refused(TEXT, "bip6", "--bip6", "there is no IPv6 on bridges")),
  FWMARK(
      refused(
          TEXT,
          "bridge-accept-fwmark",
          "--bridge-accept-fwmark",
          "there is no switch for this in the firewall's rules")),
  CONTAINERD(meaningless(TEXT, "containerd", "--containerd", "containerd is not part of Priok")),
  CONTAINERD_NAMESPACE(
      meaningless(
          TEXT,
          "containerd-namespace",
          "--containerd-namespace",
          "containerd is not part of Priok")),
  CONTAINERD_PLUGINS(
      meaningless(
          TEXT,
          "containerd-plugins-namespace",
          "--containerd-plugins-namespace",
          "containerd is not part of Priok")),
  CRI(meaningless(FLAG, "cri-containerd", "--cri-containerd", "containerd is not part of Priok")),
  RT_PERIOD(
      refused(
              NUMBER,
              "cpu-rt-period",
              "--cpu-rt-period",
              "real-time budgets of the parent cgroup are not set; give containers their own")
          .or("0")),
  RT_RUNTIME(
      refused(
              NUMBER,
              "cpu-rt-runtime",
              "--cpu-rt-runtime",
              "real-time budgets of the parent cgroup are not set; give containers their own")
          .or("0")),
  GATEWAY(
      refused(
          TEXT,
          "default-gateway",
          "--default-gateway",
          "the gateway of the default network is the bridge, see --bip")),
  GATEWAY6(refused(TEXT, "default-gateway-v6", "--default-gateway-v6", "no IPv6 on bridges")),
  NETWORK_OPTS(
      refused(
          MAP,
          "default-network-opts",
          "--default-network-opt",
          "give networks their options when they are created")),
  FIREWALL(
      refused(TEXT, "firewall-backend", "--firewall-backend", "rules are written by nftables")
          .or("nftables")),
  FIXED_CIDR(
      refused(
          TEXT, "fixed-cidr", "--fixed-cidr", "addresses come from the whole network, see --bip")),
  FIXED_CIDR6(refused(TEXT, "fixed-cidr-v6", "--fixed-cidr-v6", "there is no IPv6 on bridges")),
  FORWARD_NO_DROP(
      refused(
              FLAG,
              "ip-forward-no-drop",
              "--ip-forward-no-drop",
              "there is no switch for this in the firewall's rules")
          .or("false")),
  IP6TABLES(meaningless(FLAG, "ip6tables", "--ip6tables", "there is no IPv6 on bridges to filter")),
  IPV6(refused(FLAG, "ipv6", "--ipv6", "there is no IPv6 on bridges").or("false")),
  CONTROL_PLANE_MTU(
      meaningless(
          NUMBER,
          "network-control-plane-mtu",
          "--network-control-plane-mtu",
          "it is for swarm mode, which is refused")),
  GENERIC_RESOURCES(
      meaningless(
          LIST,
          "node-generic-resources",
          "--node-generic-resource",
          "it is for swarm mode, which is refused")),
  ROOTLESS(refused(FLAG, "rootless", "--rootless", "the daemon needs root").or("false")),
  SELINUX(
      refused(FLAG, "selinux-enabled", "--selinux-enabled", "labels of SELinux are not set")
          .or("false")),
  ADVERTISE(
      meaningless(
          TEXT,
          "swarm-default-advertise-addr",
          "--swarm-default-advertise-addr",
          "it is for swarm mode, which is refused")),
  PROXY_PATH(
      meaningless(
          TEXT, "userland-proxy-path", "--userland-proxy-path", "the proxy is part of the daemon"));

  @SuppressWarnings("ImmutableEnumChecker") // A record of texts, enums and copied lists.
  private final Row row;

  Setting(Row row) {
    this.row = row;
  }

  Row row() {
    return row;
  }
}
