package dev.priok.engine.containers.spec;

import dev.priok.host.archive.IdMap;
import dev.priok.model.api.container.Ulimit;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the daemon's options say about containers whose requests leave it open.
 *
 * @param known the OCI runtimes there are now
 * @param init whether containers get an init process ({@code --init})
 * @param initPath the program ({@code --init-path}); null: the first of the usual ones
 * @param shmSize bytes of {@code /dev/shm}
 * @param ipcMode {@code private} or {@code shareable}
 * @param cgroupnsMode {@code private} or {@code host}; null: what fits the cgroup version
 * @param cgroupParent absolute path in the cgroup file systems
 * @param seccompProfile JSON text, or {@code unconfined}; null: the built-in one
 * @param ulimits for those that a request does not name
 * @param ids of the user namespace that containers live in; {@link IdMap#NONE}: in the host's
 * @param cdiFolders where descriptions of devices lie, the later ones winning
 */
@RecordBuilder
public record ContainerDefaults(
    Supplier<Runtimes> known,
    boolean init,
    @Nullable Path initPath,
    long shmSize,
    String ipcMode,
    @Nullable String cgroupnsMode,
    String cgroupParent,
    boolean noNewPrivileges,
    @Nullable String seccompProfile,
    List<Ulimit> ulimits,
    IdMap ids,
    List<Path> cdiFolders) {
  /** Size of /dev/shm in bytes where nobody asks for another: 64 MiB, as Docker. */
  public static final long SHM_SIZE = 64L << 20;

  /** Where containers' cgroups are unless somebody says otherwise. */
  public static final String CGROUP_PARENT = "/priok";

  /** Container Device Interface, "SPEC.md", "Spec directories". */
  public static final List<Path> CDI_FOLDERS =
      List.of(Path.of("/etc/cdi"), Path.of("/var/run/cdi"));

  /**
   * The OCI runtimes there are.
   *
   * @param usual of containers that name none
   */
  public record Runtimes(String usual, Set<String> names) {
    public Runtimes {
      names = Set.copyOf(names);
    }
  }

  public ContainerDefaults {
    ulimits = List.copyOf(ulimits);
    cdiFolders = List.copyOf(cdiFolders);
  }

  /** Name of the runtime of containers that name none. */
  public String runtime() {
    return known.get().usual();
  }

  /** Names of all runtimes. */
  public Set<String> runtimes() {
    return known.get().names();
  }

  /** Of a daemon without options. */
  public static ContainerDefaults of(String runtime) {
    return new ContainerDefaults(
        () -> new Runtimes(runtime, Set.of(runtime)),
        false,
        null,
        SHM_SIZE,
        "private",
        null,
        CGROUP_PARENT,
        false,
        null,
        List.of(),
        IdMap.NONE,
        CDI_FOLDERS);
  }
}
