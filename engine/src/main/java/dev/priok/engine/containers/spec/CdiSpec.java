package dev.priok.engine.containers.spec;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A file of the Container Device Interface, as its specification has it (SPEC.md, "CDI JSON
 * Specification"). An absent member is null.
 */
record CdiSpec(
    @Nullable @JsonProperty("cdiVersion") String cdiVersion,
    @Nullable @JsonProperty("kind") String kind,
    @Nullable @JsonProperty("annotations") Map<String, String> annotations,
    @Nullable @JsonProperty("devices") List<Device> devices,
    @Nullable @JsonProperty("containerEdits") Edits containerEdits) {

  /** One device of the kind. */
  record Device(
      @Nullable @JsonProperty("name") String name,
      @Nullable @JsonProperty("annotations") Map<String, String> annotations,
      @Nullable @JsonProperty("containerEdits") Edits containerEdits) {}

  /** What a device changes in a container. */
  record Edits(
      @Nullable @JsonProperty("env") List<String> env,
      @Nullable @JsonProperty("deviceNodes") List<Node> deviceNodes,
      @Nullable @JsonProperty("mounts") List<Mount> mounts,
      @Nullable @JsonProperty("hooks") List<Hook> hooks,
      @Nullable @JsonProperty("additionalGids") List<Long> additionalGids,
      @Nullable @JsonProperty("intelRdt") Map<String, Object> intelRdt,
      @Nullable @JsonProperty("netDevices") List<Map<String, Object>> netDevices) {}

  /** A device node; what is left out is that of the node of the host. */
  record Node(
      @JsonProperty("path") @Nullable String path,
      @Nullable @JsonProperty("hostPath") String hostPath,
      @Nullable @JsonProperty("type") String type,
      @Nullable @JsonProperty("major") Long major,
      @Nullable @JsonProperty("minor") Long minor,
      @Nullable @JsonProperty("fileMode") Long fileMode,
      @Nullable @JsonProperty("permissions") String permissions,
      @Nullable @JsonProperty("uid") Long uid,
      @Nullable @JsonProperty("gid") Long gid) {}

  /** A mount. */
  record Mount(
      @Nullable @JsonProperty("hostPath") String hostPath,
      @Nullable @JsonProperty("containerPath") String containerPath,
      @Nullable @JsonProperty("type") String type,
      @Nullable @JsonProperty("options") List<String> options) {}

  /** A program that the runtime runs at a stage of the container's life. */
  record Hook(
      @Nullable @JsonProperty("hookName") String hookName,
      @Nullable @JsonProperty("path") String path,
      @Nullable @JsonProperty("args") List<String> args,
      @Nullable @JsonProperty("env") List<String> env,
      @Nullable @JsonProperty("timeout") Long timeout) {}
}
