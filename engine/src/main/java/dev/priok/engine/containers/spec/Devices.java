package dev.priok.engine.containers.spec;

import dev.priok.kernel.call.At;
import dev.priok.kernel.call.Device;
import dev.priok.kernel.call.FileStat;
import dev.priok.model.api.container.DeviceMapping;
import dev.priok.model.api.container.HostConfig;
import dev.priok.model.error.EngineException;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
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

  /** Nodes that a driver gives besides those the user names. */
  void add(List<Granted> granted) {
    for (Granted one : granted) {
      Node node = one.node();
      nodes.add(node);
      rules.add(new Rule(true, node.type(), node.major(), node.minor(), one.permissions()));
    }
  }

  /** Refuses rules and permissions that are not understood, before anything is made. */
  static void check(HostConfig config) {
    orEmpty(config.deviceCgroupRules()).forEach(Devices::parse);
    for (DeviceMapping mapping : orEmpty(config.devices())) {
      if (mapping.pathOnHost() == null || mapping.pathOnHost().isEmpty()) {
        throw unusable("", "no such file or directory");
      }
      String permissions = mapping.cgroupPermissions();
      if (permissions != null && !permissions.isEmpty() && !permissions.matches("[rwm]{1,3}")) {
        throw EngineException.invalid("invalid device mode: %s", permissions);
      }
    }
  }

  private static <T> List<T> orEmpty(@Nullable List<T> list) {
    return list == null ? List.of() : list;
  }

  List<Node> nodes() {
    return nodes;
  }

  void writeNodes(SpecWriter out) {
    out.array(
        "devices",
        () -> {
          for (Node node : nodes) {
            out.element(() -> {
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
            out.element(() -> {
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
    if (host.isEmpty() || !Files.exists(source)) {
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

  /** The node at a path of the host, as it is to appear inside. */
  static Node nodeAt(String path, String inside) throws IOException {
    Node node;
    try {
      node = node(At.stat(null, Path.of(path).toRealPath().toString()), Path.of(inside));
    } catch (NoSuchFileException e) {
      throw unusable(path, "no such file or directory");
    }
    if (node == null) {
      throw unusable(path, "not a device node");
    }
    return node;
  }

  private void add(Path file, Path inside, String permissions, boolean withRules)
      throws IOException {
    Node node = node(At.stat(null, file.toString()), inside);
    if (node == null) {
      return; // a socket or a fifo, such as /dev/log
    }
    nodes.add(node);
    if (withRules) {
      rules.add(new Rule(true, node.type(), node.major(), node.minor(), permissions));
    }
  }

  private static @Nullable Node node(FileStat stat, Path inside) {
    String type =
        switch (stat.mode() & FileStat.TYPE_MASK) {
          case 0020000 -> "c";
          case 0060000 -> "b";
          default -> "";
        };
    if (type.isEmpty()) {
      return null;
    }
    DeviceNumber number = DeviceNumber.of(stat.rdev());
    return new Node(
        inside.normalize().toString(),
        type,
        number.major(),
        number.minor(),
        stat.mode() & 0777L,
        Integer.toUnsignedLong(stat.uid()),
        Integer.toUnsignedLong(stat.gid()));
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
    if (text.length() > 10) {
      throw EngineException.invalid("invalid device number in a device cgroup rule: %s", text);
    }
    return text.equals("*") ? Long.valueOf(-1) : Long.valueOf(text);
  }

  /** A device file inside the container. */
  record Node(String path, String type, Long major, Long minor, Long mode, Long uid, Long gid) {}

  /** A node, and what may be done with it. */
  record Granted(Node node, String permissions) {}

  private record Rule(
      boolean allow,
      @Nullable String type,
      @Nullable Long major,
      @Nullable Long minor,
      String access) {}

  /** Major and minor part of a device number. */
  record DeviceNumber(long major, long minor) {
    static DeviceNumber of(long device) {
      return new DeviceNumber(Device.major(device), Device.minor(device));
    }

    /** Of the device a path names; follows links. */
    static DeviceNumber at(String path) {
      try {
        return of(At.stat(null, Path.of(path).toRealPath().toString()).rdev());
      } catch (IOException e) {
        throw EngineException.internal("stat " + path + ": no such file or directory", e);
      }
    }
  }
}
