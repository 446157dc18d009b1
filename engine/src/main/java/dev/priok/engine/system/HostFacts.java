package dev.priok.engine.system;

import java.util.List;
import java.util.Map;

/**
 * What {@code docker info} tells about the host and about how the daemon is set up; gathered at the
 * start and when the configuration is read again.
 *
 * @param memoryTotal bytes
 * @param initBinary that {@code --init} runs; empty where there is none
 * @param firewall that the daemon writes rules with, {@code nftables}; empty for none
 * @param runtimes paths of OCI runtimes by name
 * @param proxies from the options, by the names of the environment's variables
 * @param experimental whether what Docker calls experimental is offered
 */
public record HostFacts(
    String daemonId,
    String version,
    String buildTime,
    String revision,
    String hostName,
    String kernelVersion,
    String operatingSystem,
    String osVersion,
    String architecture,
    int cpus,
    long memoryTotal,
    String cgroupVersion,
    String cgroupDriver,
    CgroupAbilities cgroups,
    List<String> securityOptions,
    String dataRoot,
    boolean debug,
    boolean liveRestore,
    List<String> labels,
    String defaultRuntime,
    Map<String, String> runtimes,
    List<String> insecureRegistries,
    List<String> registryMirrors,
    Map<String, String> proxies,
    List<String> authorizationPlugins,
    List<String> logDrivers,
    String defaultLogDriver,
    String initBinary,
    String firewall,
    List<String> warnings,
    boolean experimental) {

  /** Which limits this kernel can enforce. */
  public record CgroupAbilities(
      boolean memory,
      boolean swap,
      boolean cpuShares,
      boolean cpuQuota,
      boolean cpuset,
      boolean pids,
      boolean oomKillDisable,
      boolean kernelMemoryTcp) {}
}
