package dev.priok.engine.containers;

import dev.priok.engine.containers.spec.ContainerDefaults;
import dev.priok.engine.containers.spec.ValidateConfig;
import dev.priok.engine.images.ImageHold;
import dev.priok.engine.images.ImageStore;
import dev.priok.engine.images.ResolvedImage;
import dev.priok.engine.networks.ContainerNetworks;
import dev.priok.engine.volumes.ResolvedMount;
import dev.priok.host.storage.LayerId;
import dev.priok.host.storage.StorageDriver;
import dev.priok.kernel.host.HostInfo;
import dev.priok.model.api.container.ContainerConfig;
import dev.priok.model.api.container.ContainerConfigBuilder;
import dev.priok.model.api.container.ContainerCreateRequest;
import dev.priok.model.api.container.ContainerCreateResponse;
import dev.priok.model.api.container.HostConfig;
import dev.priok.model.api.container.HostConfigBuilder;
import dev.priok.model.error.EngineException;
import dev.priok.model.id.ContainerId;
import dev.priok.model.image.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * {@code docker create}.
 *
 * <p>Everything is checked before anything is made. What is made before the record (a layer, a
 * folder, anonymous volumes) is undone on failure, and swept at the next start of the daemon if it
 * was killed: nothing that no record names is kept.
 */
final class CreateContainer {
  private static final String CONTAINER = "container:";

  private final ContainerTable table;
  private final ContainerLinks links;
  private final ImageStore images;
  private final StorageDriver storage;
  private final RunVolumes volumes;
  private final ContainerNetworks networks;
  private final ContainerFiles files;
  private final ContainerEvents events;
  private final ValidateConfig validate;
  private final ContainerLogs logs;
  private final boolean cgroupV2;
  private final ContainerDefaults defaults;
  private final StartGate gate;
  private final LayerMounts layerMounts;

  CreateContainer(
      ContainerTable table,
      ContainerLinks links,
      ImageStore images,
      StorageDriver storage,
      RunVolumes volumes,
      ContainerNetworks networks,
      ContainerFiles files,
      ContainerEvents events,
      ValidateConfig validate,
      ContainerLogs logs,
      boolean cgroupV2,
      ContainerDefaults defaults,
      StartGate gate,
      LayerMounts layerMounts) {
    this.table = table;
    this.links = links;
    this.images = images;
    this.storage = storage;
    this.volumes = volumes;
    this.networks = networks;
    this.files = files;
    this.events = events;
    this.validate = validate;
    this.logs = logs;
    this.cgroupV2 = cgroupV2;
    this.defaults = defaults;
    this.gate = gate;
    this.layerMounts = layerMounts;
  }

  ContainerCreateResponse create(
      @Nullable String wantedName, @Nullable String platform, ContainerCreateRequest request) {
    String imageName = request.image();
    if (imageName == null || imageName.isEmpty()) {
      throw EngineException.invalid("no image specified");
    }
    HostConfig filled = HostConfigDefaults.fill(request.hostConfig(), cgroupV2, defaults);
    HostConfig hostConfig =
        HostConfigBuilder.builder(filled).logConfig(logs.settle(filled.logConfig())).build();
    List<String> warnings = new ArrayList<>(validate.validate(request.config(), hostConfig));
    HostConfig linked = links.resolve(hostConfig);
    if (NetworkWishes.isHost(hostConfig)
        && hostConfig.portBindings() != null
        && !hostConfig.portBindings().isEmpty()) {
      warnings.add("Published ports are discarded when using host network mode");
    }
    ContainerId id = ContainerId.random();
    String name = name(wantedName, id);
    boolean done = false;
    try (StartGate.Pass pass = gate.enter();
        ImageHold hold = images.hold(imageName)) {
      ResolvedImage image = hold.image();
      checkPlatform(imageName, image, platform, warnings);
      Container container = make(id, name, imageName, image, request, linked);
      done = true;
      events.publish(container, "create");
      return new ContainerCreateResponse(id.value(), warnings);
    } finally {
      if (!done) {
        table.releaseName(name, id);
      }
    }
  }

  /** The image must be of the platform asked for; one that is not the host's may not run. */
  private static void checkPlatform(
      String imageName, ResolvedImage image, @Nullable String asked, List<String> warnings) {
    Platform has = image.document().platform();
    if (asked != null && !asked.isEmpty()) {
      Platform wanted = Platform.parse(asked);
      if (!wanted.accepts(has)) {
        // 404: the docker command then pulls the image for the platform it was told.
        throw EngineException.notFound(
            "image with reference %s was found but does not match the specified platform: wanted"
                + " %s, actual: %s",
            imageName, wanted, has);
      }
    } else if (!Platform.host().accepts(has)) {
      warnings.add(
          "The requested image's platform (%s) does not match the detected host platform (%s) and no specific platform was requested"
              .formatted(has, Platform.host()));
    }
  }

  private String name(@Nullable String wanted, ContainerId id) {
    if (wanted == null || wanted.isEmpty()) {
      return table.chooseName(id);
    }
    String name = wanted.startsWith("/") ? wanted.substring(1) : wanted;
    table.reserveName(name, id);
    return name;
  }

  private Container make(
      ContainerId id,
      String name,
      String imageName,
      ResolvedImage image,
      ContainerCreateRequest request,
      HostConfig hostConfig) {
    String hostname = NetworkWishes.isHost(hostConfig) ? localHostname() : id.shortForm();
    ContainerConfig merged =
        MergeConfig.merge(request.config(), image.document().config(), hostname);
    ContainerConfig config =
        NetworkWishes.isDefaultBridge(hostConfig) && !networks.hasDefaultBridge()
            ? ContainerConfigBuilder.builder(merged).networkDisabled(true).build()
            : merged;
    List<String> line = commandLine(config);
    checkShared(hostConfig);
    try (ImageMounts.Wanted wanted = volumes.resolve(config, hostConfig, table)) {
      return store(id, name, imageName, image, request, config, hostConfig, line, wanted.mounts());
    }
  }

  private Container store(
      ContainerId id,
      String name,
      String imageName,
      ResolvedImage image,
      ContainerCreateRequest request,
      ContainerConfig config,
      HostConfig hostConfig,
      List<String> line,
      List<ResolvedMount> mounts) {
    LayerId layer = LayerId.random();
    ContainerRecord record =
        new ContainerRecord(
            id,
            name,
            Instant.now(),
            image.id(),
            imageName,
            config,
            hostConfig,
            NetworkWishes.endpoints(config, hostConfig, request.networkingConfig()),
            mounts,
            storage.name(),
            layer,
            line.getFirst(),
            line.subList(1, line.size()),
            RunState.CREATED);
    try {
      if (NetworkWishes.isPlugged(hostConfig)) {
        networks.validate(NetworkWishes.attachment(record));
      }
      makeLayer(record, image);
      volumes.create(record);
      Files.createDirectories(files.folder(id));
      return table.add(record);
    } catch (IOException e) {
      undo(record);
      throw EngineException.internal("cannot create container " + name + ": " + e.getMessage(), e);
    } catch (RuntimeException e) {
      undo(record);
      throw e;
    }
  }

  /** A refusal of storage options is Docker's sentence, word for word. */
  private void makeLayer(ContainerRecord record, ResolvedImage image) throws IOException {
    HostConfig hostConfig = record.hostConfig();
    try {
      LayerId init = storage.init(image.topLayer());
      storage.createWritable(record.layer(), init, options(hostConfig));
      layerMounts.created(record, init, image.topChain());
    } catch (IOException e) {
      if (hostConfig.storageOpt() == null || hostConfig.storageOpt().isEmpty()) {
        throw e;
      }
      throw EngineException.internal(String.valueOf(e.getMessage()), e);
    }
  }

  private static String localHostname() {
    try {
      return HostInfo.uname().node();
    } catch (IOException e) {
      throw EngineException.internal("the host's own name is unknown: " + e.getMessage(), e);
    }
  }

  /** A network, pid or ipc namespace can be shared only with a container that exists. */
  private void checkShared(HostConfig config) {
    for (String mode : Arrays.asList(config.networkMode(), config.pidMode(), config.ipcMode())) {
      if (mode != null && mode.startsWith(CONTAINER)) {
        String name = mode.substring(CONTAINER.length());
        if (table.find(name) == null) {
          // Not 404: the docker command would take that for a missing image, and pull it.
          throw EngineException.invalid("No such container: %s", name);
        }
      }
    }
  }

  private static StorageDriver.WritableOptions options(HostConfig config) {
    Map<String, String> options = config.storageOpt() == null ? Map.of() : config.storageOpt();
    return new StorageDriver.WritableOptions(options, 0, 0);
  }

  private static List<String> commandLine(ContainerConfig config) {
    List<String> line = new ArrayList<>();
    if (config.entrypoint() != null) {
      line.addAll(config.entrypoint());
    }
    if (config.cmd() != null) {
      line.addAll(config.cmd());
    }
    return line;
  }

  private void undo(ContainerRecord record) {
    try {
      volumes.creationFailed(record);
      storage.remove(record.layer());
      layerMounts.removed(record);
      FolderTree.delete(files.folder(record.id()));
    } catch (IOException e) {
      LoggerFactory.getLogger(CreateContainer.class)
          .warn(
              "what was made of container {} is swept at the next start of the daemon",
              record.name(),
              e);
    }
  }
}
