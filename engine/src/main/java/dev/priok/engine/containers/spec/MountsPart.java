package dev.priok.engine.containers.spec;

import dev.priok.engine.containers.spec.SpecMount.Bind;
import dev.priok.engine.containers.spec.SpecMount.ReadOnlyDepth;
import dev.priok.engine.containers.spec.SpecMount.Tmpfs;
import dev.priok.model.error.EngineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The {@code mounts} array: Docker's standard mounts, then the container's own by depth. */
final class MountsPart {
  /** Docker's default for {@code /dev/shm}. */
  static final long DEFAULT_SHM_SIZE = 64L * 1024 * 1024;

  /** Read-only roots leave these writable. */
  private static final Set<String> WRITABLE_WITH_READ_ONLY_ROOT =
      Set.of("/proc", "/dev/pts", "/dev/shm", "/dev/mqueue", "/dev");

  private final SpecRequest request;
  private final SecurityOptions security;
  private final HostFacts host;
  private final boolean remapped;
  private final boolean privileged;

  MountsPart(SpecRequest request, SecurityOptions security, HostFacts host, boolean remapped) {
    this.request = request;
    this.security = security;
    this.host = host;
    this.remapped = remapped;
    this.privileged = Boolean.TRUE.equals(request.hostConfig().privileged());
  }

  /** Everything in the order of mounting. */
  List<Entry> entries(MountPropagation propagation) throws IOException {
    List<SpecMount> own = new ArrayList<>(request.mounts());
    if (request.sharedMemory() != null
        && own.stream().noneMatch(m -> m.destination().equals("/dev/shm"))) {
      own.add(
          new Bind(
              request.sharedMemory().toString(),
              "/dev/shm",
              false,
              "rprivate",
              true,
              ReadOnlyDepth.TOP_ONLY));
    }
    own.sort(Comparator.comparingInt(m -> depth(m.destination())));
    Set<String> taken = new HashSet<>();
    own.forEach(m -> taken.add(m.destination()));

    List<Entry> entries = new ArrayList<>();
    for (Entry entry : standard()) {
      boolean underOwnDev = taken.contains("/dev") && entry.destination().startsWith("/dev/");
      if (!taken.contains(entry.destination()) && !underOwnDev) {
        entries.add(readOnlyRoot() ? withReadOnly(entry) : entry);
      }
    }
    for (SpecMount mount : own) {
      entries.add(
          switch (mount) {
            case Bind bind -> bind(bind, propagation);
            case Tmpfs tmpfs -> tmpfs(tmpfs);
          });
    }
    return entries;
  }

  void write(SpecWriter out, List<Entry> entries) {
    out.array(
        "mounts",
        () -> {
          for (Entry entry : entries) {
            out.element(() -> {
              out.string("destination", entry.destination());
              out.string("type", entry.type());
              out.string("source", entry.source());
              out.strings("options", entry.options());
            });
          }
        });
  }

  /**
   * In a user namespace the kernel refuses to remount what the host mounted; the cgroups stay
   * unwritable there all the same, for they belong to the host's root.
   */
  private List<Entry> standard() {
    boolean writableCgroups =
        security.writableCgroups() != null ? security.writableCgroups() : privileged || remapped;
    List<Entry> entries = new ArrayList<>();
    entries.add(entry("/proc", "proc", "proc", "nosuid", "noexec", "nodev"));
    entries.add(
        entry("/dev", "tmpfs", "tmpfs", "nosuid", "strictatime", "mode=755", "size=65536k"));
    entries.add(
        entry(
            "/dev/pts",
            "devpts",
            "devpts",
            "nosuid",
            "noexec",
            "newinstance",
            "ptmxmode=0666",
            "mode=0620",
            "gid=5"));
    entries.add(
        privileged
            ? entry("/sys", "sysfs", "sysfs", "nosuid", "noexec", "nodev")
            : entry("/sys", "sysfs", "sysfs", "nosuid", "noexec", "nodev", "ro"));
    entries.add(
        writableCgroups
            ? entry("/sys/fs/cgroup", "cgroup", "cgroup", "nosuid", "noexec", "nodev")
            : entry("/sys/fs/cgroup", "cgroup", "cgroup", "ro", "nosuid", "noexec", "nodev"));
    entries.add(entry("/dev/mqueue", "mqueue", "mqueue", "nosuid", "noexec", "nodev"));
    if (!"none".equals(request.hostConfig().ipcMode()) && request.sharedMemory() == null) {
      Long size = request.hostConfig().shmSize();
      long bytes = size == null || size == 0 ? DEFAULT_SHM_SIZE : size;
      entries.add(
          entry(
              "/dev/shm",
              "tmpfs",
              "shm",
              "nosuid",
              "noexec",
              "nodev",
              "mode=1777",
              "size=" + bytes));
    }
    return entries;
  }

  private Entry bind(Bind bind, MountPropagation propagation) throws IOException {
    String mode =
        bind.propagation() == null || bind.propagation().isEmpty()
            ? "rprivate"
            : bind.propagation();
    propagation.add(bind.source(), mode);
    List<String> options = new ArrayList<>();
    options.add(bind.recursive() ? "rbind" : "bind");
    if (bind.readOnly()) {
      boolean can = host.recursiveReadOnly() && bind.recursive();
      if (bind.readOnlyDepth() == ReadOnlyDepth.REQUIRED && !can) {
        throw EngineException.invalid(
            "recursively read-only mounts need Linux 5.12; this is %s", host.kernelRelease());
      }
      boolean topOnly = bind.readOnlyDepth() == ReadOnlyDepth.TOP_ONLY || !can;
      options.add(topOnly || isFile(bind.source()) ? "ro" : "rro");
    }
    options.add(mode);
    return new Entry(bind.destination(), "bind", bind.source(), options);
  }

  /**
   * Nothing can be mounted below a file, so that "ro" says all of it; and crun before 1.21 opens
   * the target of an "rro" as a directory.
   */
  private static boolean isFile(String source) {
    Path path = Path.of(source);
    return Files.exists(path) && !Files.isDirectory(path);
  }

  /** Later options win over the defaults, as in Docker: {@code exec} undoes {@code noexec}. */
  private static Entry tmpfs(Tmpfs tmpfs) {
    Map<String, String> options = new LinkedHashMap<>();
    for (String option : List.of("noexec", "nosuid", "nodev", "rprivate")) {
      options.put(key(option), option);
    }
    for (String option : tmpfs.options().split(",", -1)) {
      if (!option.isEmpty()) {
        options.put(key(option), option);
      }
    }
    return new Entry(tmpfs.destination(), "tmpfs", "tmpfs", List.copyOf(options.values()));
  }

  /** What an option is about, so that its opposite replaces it. */
  private static String key(String option) {
    int equals = option.indexOf('=');
    String name = equals < 0 ? option : option.substring(0, equals);
    return switch (name) {
      case "exec", "noexec" -> "exec";
      case "suid", "nosuid" -> "suid";
      case "dev", "nodev" -> "dev";
      case "ro", "rw" -> "rw";
      case "sync", "async" -> "sync";
      case "atime", "noatime", "relatime", "norelatime", "strictatime", "nostrictatime" -> "atime";
      case "diratime", "nodiratime" -> "diratime";
      case "private", "rprivate", "shared", "rshared", "slave", "rslave" -> "propagation";
      case "size", "mode", "uid", "gid", "nr_inodes", "nr_blocks", "mpol", "huge", "noswap" -> name;
      default -> throw EngineException.invalid("invalid tmpfs option [\"%s\"]", option);
    };
  }

  private boolean readOnlyRoot() {
    return Boolean.TRUE.equals(request.hostConfig().readonlyRootfs());
  }

  private static Entry withReadOnly(Entry entry) {
    if (WRITABLE_WITH_READ_ONLY_ROOT.contains(entry.destination())
        || entry.options().contains("ro")) {
      return entry;
    }
    List<String> options = new ArrayList<>(entry.options());
    options.add("ro");
    return new Entry(entry.destination(), entry.type(), entry.source(), options);
  }

  private static int depth(String path) {
    return (int) path.chars().filter(c -> c == '/').count();
  }

  private static Entry entry(String destination, String type, String source, String... options) {
    return new Entry(destination, type, source, List.of(options));
  }

  /** One mount as the runtime specification has it. */
  record Entry(String destination, String type, String source, List<String> options) {}
}
