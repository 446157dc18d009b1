package dev.priok.cli.container;

import dev.priok.cli.CliException;
import dev.priok.cli.KeyValues;
import dev.priok.model.api.container.ContainerCreateRequestBuilder;
import dev.priok.model.api.container.HostConfigBuilder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of create and run about volumes, mounts and the root file system. */
final class StorageOptions {
  @Option(
      names = "--mount",
      paramLabel = "mount",
      description = "Attach a filesystem mount to the container.")
  List<String> mounts = new ArrayList<>();

  @Option(
      names = "--read-only",
      description = "Mount the container's root filesystem as read only.")
  boolean readOnly;

  @Option(
      names = "--storage-opt",
      paramLabel = "list",
      description = "Storage driver options for the container.")
  List<String> storageOptions = new ArrayList<>();

  @Option(names = "--tmpfs", paramLabel = "list", description = "Mount a tmpfs directory.")
  List<String> tmpfs = new ArrayList<>();

  @Option(
      names = {"-v", "--volume"},
      paramLabel = "list",
      description = "Bind mount a volume.")
  List<String> volumes = new ArrayList<>();

  @Option(
      names = "--volume-driver",
      paramLabel = "string",
      description = "Optional volume driver for the container.")
  @Nullable String volumeDriver;

  @Option(
      names = "--volumes-from",
      paramLabel = "list",
      description = "Mount volumes from the specified container(s).")
  List<String> volumesFrom = new ArrayList<>();

  /** Fills in what these options say. */
  void apply(ContainerCreateRequestBuilder request, HostConfigBuilder host) {
    List<String> binds = new ArrayList<>();
    Map<String, Map<String, Object>> anonymous = new LinkedHashMap<>();
    for (String volume : volumes) {
      if (volume.indexOf(':') > 0) {
        binds.add(absolute(volume));
      } else if (volume.startsWith("/")) {
        anonymous.put(volume, Map.of());
      } else {
        throw new CliException(
            125, "invalid volume specification: '" + volume + "': the mount path must be absolute");
      }
    }
    Map<String, String> temporary = new LinkedHashMap<>();
    for (String text : tmpfs) {
      int colon = text.indexOf(':');
      temporary.put(
          colon < 0 ? text : text.substring(0, colon), colon < 0 ? "" : text.substring(colon + 1));
    }
    request.volumes(anonymous.isEmpty() ? null : anonymous);
    host.binds(binds.isEmpty() ? null : binds)
        .mounts(mounts.isEmpty() ? null : mounts.stream().map(MountSpecs::parse).toList())
        .readonlyRootfs(readOnly)
        .storageOpt(storageOptions.isEmpty() ? null : KeyValues.map(storageOptions))
        .tmpfs(temporary.isEmpty() ? null : temporary)
        .volumeDriver(volumeDriver)
        .volumesFrom(volumesFrom.isEmpty() ? null : volumesFrom);
  }

  /** The engine knows nothing of our working directory. */
  private static String absolute(String bind) {
    int colon = bind.indexOf(':');
    String source = bind.substring(0, colon);
    boolean relative =
        source.equals(".")
            || source.startsWith("./")
            || source.startsWith("../")
            || source.equals("..");
    return relative ? Path.of(source).toAbsolutePath().normalize() + bind.substring(colon) : bind;
  }
}
