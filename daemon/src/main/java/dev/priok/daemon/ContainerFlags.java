package dev.priok.daemon;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of {@code priokd} about containers whose requests leave something open. */
final class ContainerFlags {
  @Option(
      names = "--init",
      arity = "0..1",
      fallbackValue = "true",
      description = "Run an init process in containers")
  @Nullable Boolean init;

  @Option(
      names = "--init-path",
      paramLabel = "string",
      description = "Program of that init process (default: docker-init, tini or catatonit)")
  @Nullable Path initPath;

  @Option(
      names = "--default-shm-size",
      paramLabel = "bytes",
      description = "Size of /dev/shm in containers (default 64m)")
  @Nullable String shmSize;

  @Option(
      names = "--default-ipc-mode",
      paramLabel = "string",
      description = "Mode of the IPC namespace: private or shareable (default private)")
  @Nullable String ipcMode;

  @Option(
      names = "--default-cgroupns-mode",
      paramLabel = "string",
      description = "Mode of the cgroup namespace: private or host (default: private on cgroup v2)")
  @Nullable String cgroupnsMode;

  @Option(
      names = "--cgroup-parent",
      paramLabel = "string",
      description = "Cgroup that containers' cgroups lie in (default /priok)")
  @Nullable String cgroupParent;

  @Option(
      names = "--no-new-privileges",
      arity = "0..1",
      fallbackValue = "true",
      description = "Set no-new-privileges for containers that do not say otherwise")
  @Nullable Boolean noNewPrivileges;

  @Option(
      names = "--seccomp-profile",
      paramLabel = "string",
      description =
          "File with the seccomp profile of containers, or \"unconfined\" (default builtin)")
  @Nullable String seccompProfile;

  @Option(
      names = "--default-ulimit",
      paramLabel = "ulimit",
      description = "Limit of containers' processes, nofile=1024:2048 for one (repeatable)")
  List<String> ulimits = new ArrayList<>();

  @Option(
      names = "--cdi-spec-dir",
      paramLabel = "list",
      description = "Folder with descriptions of CDI devices (default /etc/cdi, /var/run/cdi)")
  List<String> cdiFolders = new ArrayList<>();
}
