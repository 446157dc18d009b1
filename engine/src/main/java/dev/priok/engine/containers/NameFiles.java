package dev.priok.engine.containers;

import dev.priok.engine.networks.ContainerNetworks.Plugged;
import dev.priok.model.id.ContainerId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code /etc/hosts} and {@code /etc/resolv.conf} of a running container whose networks have
 * changed. They are written in place, as they are mounted; what was changed inside stays.
 */
final class NameFiles {
  private NameFiles() {}

  static void follow(ContainerFiles files, ContainerId id, Plugged before, Plugged now)
      throws IOException {
    Path hosts = files.hosts(id);
    String names = Files.readString(hosts);
    write(hosts, names, merged(names, before, now));
    Path resolver = files.resolvConf(id);
    String present = Files.readString(resolver);
    if (present.equals(before.resolvConf())) {
      write(resolver, present, now.resolvConf());
    }
  }

  /** The file without the lines that are no longer right, and with those that are new. */
  static String merged(String file, Plugged before, Plugged now) {
    List<String> old = before.hosts().lines().toList();
    List<String> wanted = now.hosts().lines().toList();
    List<String> result = new ArrayList<>(file.lines().toList());
    result.removeIf(line -> old.contains(line) && !wanted.contains(line));
    wanted.stream().filter(line -> !old.contains(line)).forEach(result::add);
    return result.isEmpty() ? "" : String.join("\n", result) + "\n";
  }

  private static void write(Path file, String before, String after) throws IOException {
    if (!after.equals(before)) {
      Files.writeString(file, after);
    }
  }
}
