package dev.priok.host.runtime;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The AppArmor profile of containers that ask for no other. It has Docker's name, by which users
 * ask for it; where a profile of that name is loaded already (their own, or Docker's) it stays.
 */
public final class AppArmorProfile {
  /** Its name. */
  public static final String NAME = "docker-default";

  private static final Logger LOG = LoggerFactory.getLogger(AppArmorProfile.class);
  private static final Path LOADED = Path.of("/sys/kernel/security/apparmor/profiles");
  private static final String PARSER = "/sbin/apparmor_parser";
  private static final int PATIENCE_SECONDS = 30;

  /**
   * Everything but what would let a process out through the kernel's files, or mount. The files of
   * /proc that a process has for itself (its number, "self" leads there) stay writable.
   */
  private static final String TEXT =
      """
      @{PROC}=/proc/
      profile docker-default flags=(attach_disconnected,mediate_deleted) {
        network,
        capability,
        file,
        umount,
        unix,
        dbus,
        signal (receive) peer=unconfined,
        signal (receive) peer=runc,
        signal (receive) peer=crun,
        signal (send,receive) peer=docker-default,
        ptrace (trace,read,tracedby,readby) peer=docker-default,
        deny @{PROC}/* w,
        deny @{PROC}/{[^1-9],[^1-9][^0-9],[^1-9s][^0-9y][^0-9s],[^1-9][^0-9][^0-9][^0-9/]*}/** w,
        deny @{PROC}/sys/[^k]** w,
        deny @{PROC}/sys/kernel/{?,??,[^s][^h][^m]**} w,
        deny @{PROC}/sysrq-trigger rwklx,
        deny @{PROC}/kcore rwklx,
        deny mount,
        deny /sys/[^f]*/** wklx,
        deny /sys/f[^s]*/** wklx,
        deny /sys/fs/[^c]*/** wklx,
        deny /sys/fs/c[^g]*/** wklx,
        deny /sys/fs/cg[^r]*/** wklx,
        deny /sys/firmware/** rwklx,
        deny /sys/devices/virtual/powercap/** rwklx,
        deny /sys/kernel/security/** rwklx,
      }
      """;

  /**
   * Loads it unless it is there. On failure the daemon serves: a container that needs the profile
   * is then refused by the runtime, which names it.
   */
  public void load() {
    try {
      if (isLoaded()) {
        return;
      }
      Process parser =
          new ProcessBuilder(List.of(PARSER, "--replace", "--skip-cache"))
              .redirectErrorStream(true)
              .start();
      try (OutputStream in = parser.getOutputStream()) {
        in.write(TEXT.getBytes(StandardCharsets.UTF_8));
      }
      String said =
          new String(parser.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (!parser.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || parser.exitValue() != 0) {
        LOG.error("AppArmor is enabled and the profile {} could not be loaded: {}", NAME, said);
      }
    } catch (IOException e) {
      LOG.error("AppArmor is enabled and the profile {} could not be loaded", NAME, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean isLoaded() throws IOException {
    if (!Files.isReadable(LOADED)) {
      return false;
    }
    return Files.readAllLines(LOADED).stream().anyMatch(line -> line.startsWith(NAME + " "));
  }
}
