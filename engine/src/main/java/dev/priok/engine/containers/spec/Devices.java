package dev.priok.engine.containers.spec;

import dev.priok.model.api.container.DeviceMapping;
import dev.priok.model.api.container.HostConfig;
import dev.priok.model.error.EngineException;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Device nodes of a container and what its cgroup lets it do with them. */
final class Devices {
  /** Docker's default rules: deny all, then the harmless ones, then /dev/fuse explicitly not. */
  private static final List<Rule> DEFAULT_RULES =
      List.of(
          new Rule(false, null, null, null, "rwm"),
          new Rule(true, "c", 1L, 5L, "rwm"),
          new Rule(true, "c", 1L, 3L, "rwm"),
          new Rule(true, "c", 1L, 9L, "rwm"),
          new Rule(true, "c", 1L, 8L, "rwm"),
          new Rule(true, "c", 5L, 0L, "rwm"),
          new Rule(true, "c", 5L, 1L, "rwm"),
          new Rule(false, "c", 10L, 229L, "rwm"));

  /** Not devices of the host to hand on: each container has its own. */
  private static final Set<String> SKIPPED =
      Set.of("pts", "shm", "fd", "mqueue", ".lxc", ".lxd-mounts", ".udev", "console");

  private static final Pattern RULE =
      Pattern.compile("([acb]) ([0-9]+|\\*):([0-9]+|\\*) ([rwm]{1,3})");

  private final List<Node> nodes = new ArrayList<>();
  private final List<Rule> rules = new ArrayList<>();

  static Devices of(HostConfig config) throws IOException {
    if (config.deviceRequests() != null && !config.deviceRequests().isEmpty()) {
      var request = config.deviceRequests().getFirst();
      throw EngineException.internal(
          "could not select device driver \"%s\" with capabilities: %s"
              .formatted(
                  request.driver() == null ? "" : request.driver(),
                  request.capabilities() == null
                      ? "[]"
                      : request.capabilities().toString().replace(", ", " ")),
          null);
    }
    Devices devices = new Devices();
    boolean privileged = Boolean.TRUE.equals(config.privileged());
    if (privileged) {
      devices.addTree(Path.of("/dev"), Path.of("/dev"), "rwm", false);
      devices.rules.add(new Rule(true, null, null, null, "rwm"));
    } else {
      devices.rules.addAll(DEFAULT_RULES);
    }
    for (DeviceMapping mapping :
        config.devices() == null ? List.<DeviceMapping>of() : config.devices()) {
      devices.addMapping(mapping, privileged);
    }
    if (!privileged && config.deviceCgroupRules() != null) {
      config.deviceCgroupRules().forEach(rule -> devices.rules.add(parse(rule)));
    }
    return devices;
  }

  List<Node> nodes() {
    return nodes;
  }

  void writeNodes(SpecWriter out) {
    out.array(
        "devices",
        () -> {
          for (Node node : nodes) {
            out.element(
                () -> {
                  out.string("path", node.path());
                  out.string("type", node.type());
                  out.number("major", node.major());
                  out.number("minor", node.minor());
                  out.number("fileMode", node.mode());
                  out.number("uid", node.uid());
                  out.number("gid", node.gid());
                });
          }
        });
  }

  void writeRules(SpecWriter out) {
    out.array(
        "devices",
        () -> {
          for (Rule rule : rules) {
            out.element(
                () -> {
                  out.bool("allow", rule.allow());
                  out.string("type", rule.type());
                  out.number("major", rule.major());
                  out.number("minor", rule.minor());
                  out.string("access", rule.access());
                });
          }
        });
  }

  private void addMapping(DeviceMapping mapping, boolean privileged) throws IOException {
    String host = mapping.pathOnHost() == null ? "" : mapping.pathOnHost();
    String inside =
        mapping.pathInContainer() == null || mapping.pathInContainer().isEmpty()
            ? host
            : mapping.pathInContainer();
    String permissions =
        mapping.cgroupPermissions() == null || mapping.cgroupPermissions().isEmpty()
            ? "rwm"
            : mapping.cgroupPermissions();
    if (privileged && host.equals(inside)) {
      return; // all of /dev is there already
    }
    Path source = Path.of(host);
    if (!Files.exists(source)) {
      throw unusable(host, "no such file or directory");
    }
    // A link such as /dev/disk/by-id/... stands for its device.
    Path real = source.toRealPath();
    int before = nodes.size();
    addTree(real, Path.of(inside), permissions, !privileged);
    if (nodes.size() == before) {
      throw unusable(host, "not a device node");
    }
  }

  private static EngineException unusable(String path, String reason) {
    return EngineException.internal(
        "error gathering device information while adding custom device \"%s\": %s"
            .formatted(path, reason),
        null);
  }

  private void addTree(Path from, Path to, String permissions, boolean withRules)
      throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            return !directory.equals(from) && SKIPPED.contains(directory.getFileName().toString())
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            if (attributes.isOther() && !SKIPPED.contains(file.getFileName().toString())) {
              add(file, to.resolve(from.relativize(file).toString()), permissions, withRules);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException failure) {
            // Nodes come and go under /dev while it is read.
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private void add(Path file, Path inside, String permissions, boolean withRules)
      throws IOException {
    Map<String, Object> attributes =
        Files.readAttributes(file, "unix:mode,rdev,uid,gid", LinkOption.NOFOLLOW_LINKS);
    int mode = (Integer) attributes.get("mode");
    String type =
        switch (mode & 0170000) {
          case 0020000 -> "c";
          case 0060000 -> "b";
          default -> "";
        };
    if (type.isEmpty()) {
      return; // a socket or a fifo, such as /dev/log
    }
    DeviceNumber number = DeviceNumber.of((Long) attributes.get("rdev"));
    nodes.add(
        new Node(
            inside.normalize().toString(),
            type,
            number.major(),
            number.minor(),
            mode & 0777L,
            ((Integer) attributes.get("uid")).longValue(),
            ((Integer) attributes.get("gid")).longValue()));
    if (withRules) {
      rules.add(new Rule(true, type, number.major(), number.minor(), permissions));
    }
  }

  /** {@code c 1:3 rwm}, as in {@code --device-cgroup-rule}. */
  private static Rule parse(String text) {
    Matcher matcher = RULE.matcher(text);
    if (!matcher.matches()) {
      throw EngineException.invalid("invalid device cgroup rule format: '%s'", text);
    }
    return new Rule(
        true,
        matcher.group(1),
        number(matcher.group(2)),
        number(matcher.group(3)),
        matcher.group(4));
  }

  /** -1 stands for all (runtime specification, config-linux.md). */
  private static Long number(String text) {
    return text.equals("*") ? Long.valueOf(-1) : Long.valueOf(text);
  }

  /** A device file inside the container. */
  record Node(String path, String type, Long major, Long minor, Long mode, Long uid, Long gid) {}

  private record Rule(
      boolean allow,
      @Nullable String type,
      @Nullable Long major,
      @Nullable Long minor,
      String access) {}

  /** Major and minor part of a device number (makedev(3), glibc's 64-bit layout). */
  record DeviceNumber(long major, long minor) {
    static DeviceNumber of(long device) {
      return new DeviceNumber(
          ((device >>> 8) & 0xfff) | ((device >>> 32) & ~0xfffL),
          (device & 0xff) | ((device >>> 12) & ~0xffL));
    }

    /** Of the device a path names; follows links. */
    static DeviceNumber at(String path) {
      try {
        return of((Long) Files.getAttribute(Path.of(path), "unix:rdev"));
      } catch (IOException e) {
        throw EngineException.internal("stat " + path + ": no such file or directory", e);
      }
    }
  }
}
