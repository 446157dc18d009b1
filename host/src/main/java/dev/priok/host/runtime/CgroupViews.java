package dev.priok.host.runtime;

import dev.priok.kernel.call.Fd;
import dev.priok.kernel.fs.MountFlags;
import dev.priok.kernel.fs.Mounts;
import dev.priok.kernel.namespace.Namespaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a runtime sees of the control groups while it creates a container.
 *
 * <p>crun refuses a hybrid machine (version 1 hierarchies beside cgroup2 at {@code unified}) while
 * cgroup2 owns a controller, often hugetlb alone, which no setting of a container here uses. So
 * crun's create runs in a copy of the mounts in which an empty tmpfs covers cgroup2: for it the
 * machine has version 1 only, which is where the container's groups are made. The copy is private
 * in that one place; everything else keeps its propagation, so that {@code rshared} and {@code
 * rslave} mounts mean what they do elsewhere. crun enters it by nsenter(1): conmon lies between it
 * and this daemon, and must not live in a copy that would keep the mounts of others in use.
 */
final class CgroupViews {
  private static final Path UNIFIED = Path.of("/sys/fs/cgroup/unified");
  private static final List<Path> ENTER =
      List.of(Path.of("/usr/bin/nsenter"), Path.of("/bin/nsenter"));

  private final boolean inTheWay = cgroup2OwnsControllers();
  private final Optional<Path> enter = nsenter();

  /** Whether crun can be made to work on this machine's control groups. */
  static boolean crunWorksHere() {
    return !cgroup2OwnsControllers() || nsenter().isPresent();
  }

  /** The view for one create; open until the runtime has reported. */
  View open(OciRuntime runtime) throws IOException {
    if (!inTheWay || !runtime.isCrun() || enter.isEmpty()) {
      return new View(null, null);
    }
    Fd mounts =
        Namespaces.newMounts(() -> {
          Mounts.propagate(UNIFIED, MountFlags.PRIVATE);
          long flags = MountFlags.NO_SUID | MountFlags.NO_DEV | MountFlags.NO_EXEC;
          Mounts.mount("tmpfs", UNIFIED, "tmpfs", flags, "size=64k,mode=700");
        });
    return new View(enter.get(), mounts);
  }

  private static Optional<Path> nsenter() {
    return ENTER.stream().filter(Files::isExecutable).findFirst();
  }

  private static boolean cgroup2OwnsControllers() {
    Path controllers = UNIFIED.resolve("cgroup.controllers");
    try {
      return Files.exists(controllers) && !Files.readString(controllers).isBlank();
    } catch (IOException e) {
      return true; // there, but not to be read: crun would not get further
    }
  }

  /**
   * The mounts as they are, or a copy of them.
   *
   * @param enter nsenter(1), null for the mounts as they are
   * @param mounts the copy; lives as long as this and who entered it
   */
  record View(@Nullable Path enter, @Nullable Fd mounts) implements AutoCloseable {
    /** The command that runs a program in it; arguments of the program follow. */
    List<String> command(Path program) {
      return enter == null || mounts == null
          ? List.of(program.toString())
          : List.of(enter.toString(), "--mount=" + mounts.procPath(), "--", program.toString());
    }

    @Override
    public void close() {
      if (mounts != null) {
        mounts.close();
      }
    }
  }
}
