package dev.priok.daemon;

import dev.priok.model.api.container.Ulimit;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the daemon is to run: command line and configuration file together, defaults filled in.
 *
 * @param metricsAddress empty: nobody measures
 * @param logDriver of containers that name none, with {@code logOpts}
 * @param logCeiling as the user wrote it: bytes, a percentage, or empty for the default
 * @param diskLowWater as the user wrote it: bytes, a percentage, or empty for the default
 * @param storageDriver null for the daemon's own choice
 * @param defaultRuntime null for the fastest that works
 * @param shutdownTimeout seconds; negative: as long as containers take
 * @param usernsRemap user, or user:group, whose subordinate ids containers get; null: none
 */
@RecordBuilder
record DaemonConfig(
    List<String> hosts,
    Tls tls,
    Path dataRoot,
    Path execRoot,
    Path pidfile,
    boolean debug,
    String logLevel,
    String logFormat,
    String metricsAddress,
    String logDriver,
    Map<String, String> logOpts,
    String logCeiling,
    String diskLowWater,
    Networks networks,
    @Nullable String storageDriver,
    List<String> storageOpts,
    @Nullable String defaultRuntime,
    Map<String, String> runtimes,
    Registries registries,
    List<String> labels,
    boolean liveRestore,
    int shutdownTimeout,
    String group,
    @Nullable String usernsRemap,
    boolean experimental,
    @Nullable Path roles,
    @Nullable Path auditLog,
    List<String> authorizationPlugins,
    Map<String, Boolean> features,
    ContainerOptions containers) {

  /**
   * How TCP ports are secured.
   *
   * @param on false: in plain text
   * @param verify whether clients need a certificate
   * @param waived whether somebody has said in words that anybody may come in
   * @param authorities file of who signs the certificates of clients
   * @param certificate file
   * @param key file
   */
  record Tls(
      boolean on, boolean verify, boolean waived, Path authorities, Path certificate, Path key) {}

  /**
   * What the options say about networks.
   *
   * @param bip address and prefix of the default bridge; null to choose a free network
   * @param bridge name of the default bridge, or {@code none}
   * @param pools as {@code base=10.0.0.0/8,size=24}; empty for Docker's
   * @param hostGatewayIp what {@code host-gateway} stands for; null: the default bridge's address
   * @param ip host address of ports that are published without one
   * @param mtu 0: the kernel's
   */
  record Networks(
      @Nullable String bip,
      String bridge,
      List<String> pools,
      List<String> dns,
      List<String> dnsSearch,
      List<String> dnsOptions,
      @Nullable String hostGatewayIp,
      String ip,
      boolean iptables,
      boolean ipForward,
      boolean masquerade,
      boolean icc,
      boolean userlandProxy,
      int mtu) {}

  /**
   * What the options say about registries.
   *
   * @param proxies by the names of the environment's variables, which they replace
   */
  record Registries(
      List<String> insecure,
      List<String> mirrors,
      int downloads,
      int uploads,
      int attempts,
      Map<String, String> proxies) {}

  /**
   * What holds for containers that do not say otherwise, as the options have it.
   *
   * @param shmSize as 64m
   * @param seccompProfile a file, {@code builtin} or {@code unconfined}
   */
  record ContainerOptions(
      boolean init,
      @Nullable Path initPath,
      String shmSize,
      String ipcMode,
      @Nullable String cgroupnsMode,
      @Nullable String cgroupParent,
      boolean noNewPrivileges,
      @Nullable String seccompProfile,
      List<Ulimit> ulimits,
      List<String> cdiFolders) {}

  static final String DEFAULT_HOST = "unix:///var/run/docker.sock";

  /** Where nobody names a host, but TLS, as with dockerd. */
  static final String DEFAULT_TLS_HOST = "tcp://localhost:2376";
}
