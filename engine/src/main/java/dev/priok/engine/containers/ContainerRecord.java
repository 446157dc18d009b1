package dev.priok.engine.containers;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.priok.engine.volumes.ResolvedMount;
import dev.priok.host.storage.LayerId;
import dev.priok.model.api.container.ContainerConfig;
import dev.priok.model.api.container.HostConfig;
import dev.priok.model.api.network.EndpointSettings;
import dev.priok.model.id.ContainerId;
import dev.priok.model.id.Digest;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * All that must survive the daemon about one container; one row of the store.
 *
 * @param image id of the image it was made from
 * @param imageName the image as the user named it
 * @param config the request's, completed from the image
 * @param networks wanted endpoints by network name, with the addresses of the present or last run
 * @param mounts resolved when it was created; volumes it made are named in them
 * @param storageDriver that keeps {@code layer}
 * @param path first word of the command line, and {@code args} the others
 */
@RecordBuilder
public record ContainerRecord(
    ContainerId id,
    String name,
    Instant created,
    Digest image,
    String imageName,
    ContainerConfig config,
    HostConfig hostConfig,
    Map<String, EndpointSettings> networks,
    List<ResolvedMount> mounts,
    String storageDriver,
    LayerId layer,
    String path,
    List<String> args,
    RunState state) {

  public ContainerRecord with(RunState newState) {
    return ContainerRecordBuilder.builder(this).state(newState).build();
  }

  @JsonIgnore
  public boolean hasTty() {
    return Boolean.TRUE.equals(config.tty());
  }

  @JsonIgnore
  public boolean autoRemove() {
    return Boolean.TRUE.equals(hostConfig.autoRemove());
  }

  @JsonIgnore
  public Map<String, String> labels() {
    return config.labels() == null ? Map.of() : config.labels();
  }
}
