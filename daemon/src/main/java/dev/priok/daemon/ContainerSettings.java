package dev.priok.daemon;

import dev.priok.daemon.DaemonConfig.ContainerOptions;
import dev.priok.engine.containers.spec.ContainerDefaults;
import dev.priok.host.archive.IdMap;
import dev.priok.host.runtime.OciRuntimes;
import dev.priok.model.error.EngineException;
import dev.priok.model.size.ByteSizes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the daemon's options mean for containers. */
final class ContainerSettings {
  private ContainerSettings() {}

  static ContainerDefaults defaults(ContainerOptions options, OciRuntimes runtimes, IdMap ids) {
    oneOf("default-ipc-mode", options.ipcMode(), Set.of("private", "shareable"));
    if (options.cgroupnsMode() != null) {
      oneOf("default-cgroupns-mode", options.cgroupnsMode(), Set.of("private", "host"));
    }
    List<Path> folders =
        options.cdiFolders().isEmpty()
            ? ContainerDefaults.CDI_FOLDERS
            : options.cdiFolders().stream().map(Path::of).toList();
    String parent = options.cgroupParent();
    return new ContainerDefaults(
        () -> new ContainerDefaults.Runtimes(runtimes.defaultName(), runtimes.all().keySet()),
        options.init(),
        options.initPath(),
        bytes(options.shmSize()),
        options.ipcMode(),
        options.cgroupnsMode(),
        parent == null || parent.isEmpty() ? ContainerDefaults.CGROUP_PARENT : parent,
        options.noNewPrivileges(),
        profile(options.seccompProfile()),
        options.ulimits(),
        ids,
        folders);
  }

  private static void oneOf(String option, String value, Set<String> known) {
    if (!known.contains(value)) {
      throw new StartRefusedException("%s \"%s\" is invalid".formatted(option, value));
    }
  }

  private static long bytes(String text) {
    try {
      long bytes = ByteSizes.parse(text, "default-shm-size");
      if (bytes > 0) {
        return bytes;
      }
    } catch (EngineException e) {
      throw new StartRefusedException(String.valueOf(e.getMessage()), e);
    }
    throw new StartRefusedException("invalid default-shm-size: " + text);
  }

  /** The text of the profile: the daemon must not serve with one that nobody could read. */
  private static @Nullable String profile(@Nullable String option) {
    if (option == null || option.isEmpty() || option.equals("builtin")) {
      return null;
    }
    if (option.equals("unconfined")) {
      return option;
    }
    try {
      return Files.readString(Path.of(option));
    } catch (IOException e) {
      throw new StartRefusedException(
          "opening seccomp profile (%s) failed: %s".formatted(option, e.getMessage()), e);
    }
  }
}
