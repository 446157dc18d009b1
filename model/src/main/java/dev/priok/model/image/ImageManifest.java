package dev.priok.model.image;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.databind.JsonNode;
import dev.priok.model.error.EngineException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One image for one platform: its config and its layers, bottom to top. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonPropertyOrder({"schemaVersion", "mediaType", "config", "layers", "annotations"})
public record ImageManifest(
    @JsonProperty("schemaVersion") int schemaVersion,
    @JsonProperty("mediaType") @Nullable String mediaType,
    @JsonProperty("config") Descriptor config,
    @JsonProperty("layers") List<Descriptor> layers,
    @JsonProperty("annotations") @Nullable Map<String, String> annotations) {

  /** Reads one; refuses a document that is something else or incomplete. */
  @SuppressWarnings("ConstantValue") // Jackson passes null for what a foreign document lacks.
  public static ImageManifest parse(byte[] json) {
    ImageManifest manifest = Documents.read(json, ImageManifest.class, "image manifest");
    if (manifest.schemaVersion != 2 || isAbsent(manifest.config) || isAbsent(manifest.layers)) {
      throw EngineException.invalid("invalid image manifest: not of schema version 2");
    }
    for (Descriptor layer : manifest.layers) {
      if (isAbsent(layer) || isAbsent(layer.digest())) {
        throw EngineException.invalid("invalid image manifest: a layer without a digest");
      }
    }
    if (isAbsent(manifest.config.digest())) {
      throw EngineException.invalid("invalid image manifest: a config without a digest");
    }
    return manifest;
  }

  static boolean isAbsent(@Nullable Object member) {
    return member == null;
  }

  /** The kind of a manifest document: its own word, else guessed from its members. */
  public static String mediaTypeOf(byte[] json) {
    String declared = Documents.mediaType(json, "image manifest");
    if (declared != null) {
      return declared;
    }
    JsonNode root = Documents.read(json, JsonNode.class, "image manifest");
    if (root.path("schemaVersion").asInt() == 1) {
      return MediaTypes.DOCKER_SCHEMA1;
    }
    return root.has("manifests") ? MediaTypes.OCI_INDEX : MediaTypes.OCI_MANIFEST;
  }

  public byte[] toJson() {
    return Documents.write(this);
  }
}
