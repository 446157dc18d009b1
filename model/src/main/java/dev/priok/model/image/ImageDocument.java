package dev.priok.model.image;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.priok.model.api.image.ImageConfig;
import dev.priok.model.error.EngineException;
import dev.priok.model.id.Digest;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An image's config document (OCI image-spec, config.md); its digest is the image's id.
 *
 * <p>This record is a view for reading, and the form for new images. An image that came from
 * elsewhere keeps the bytes that it came with, members that nobody here knows included.
 */
@RecordBuilder
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonPropertyOrder({
  "architecture",
  "author",
  "comment",
  "config",
  "created",
  "docker_version",
  "history",
  "os",
  "os.version",
  "rootfs",
  "variant"
})
public record ImageDocument(
    @JsonProperty("architecture") @Nullable String architecture,
    @JsonProperty("author") @Nullable String author,
    @JsonProperty("comment") @Nullable String comment,
    @JsonProperty("config") @Nullable ImageConfig config,
    @JsonProperty("created") @Nullable String created,
    @JsonProperty("docker_version") @Nullable String dockerVersion,
    @JsonProperty("history") @Nullable List<History> history,
    @JsonProperty("os") @Nullable String os,
    @JsonProperty("os.version") @Nullable String osVersion,
    @JsonProperty("rootfs") RootFs rootfs,
    @JsonProperty("variant") @Nullable String variant) {

  /** The layers by the digests of their uncompressed tars, bottom to top. */
  public record RootFs(
      @JsonProperty("type") String type, @JsonProperty("diff_ids") List<Digest> diffIds) {}

  /** How one step of the image came to be; an empty layer has no entry among the layers. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record History(
      @JsonProperty("created") @Nullable String created,
      @JsonProperty("created_by") @Nullable String createdBy,
      @JsonProperty("author") @Nullable String author,
      @JsonProperty("comment") @Nullable String comment,
      @JsonProperty("empty_layer") @Nullable Boolean emptyLayer) {

    public boolean isEmptyLayer() {
      return Boolean.TRUE.equals(emptyLayer);
    }
  }

  /** Reads one; refuses documents without a list of layers (images of before 2016). */
  public static ImageDocument parse(byte[] json) {
    ImageDocument document = Documents.read(json, ImageDocument.class, "image config");
    if (ImageManifest.isAbsent(document.rootfs)
        || ImageManifest.isAbsent(document.rootfs.diffIds)
        || document.rootfs.diffIds.stream().anyMatch(ImageManifest::isAbsent)) {
      throw EngineException.invalid("invalid image JSON, no RootFS key");
    }
    return document;
  }

  public byte[] toJson() {
    return Documents.write(this);
  }

  public List<History> historyOrEmpty() {
    return history == null ? List.of() : history;
  }

  public Platform platform() {
    return new Platform(architecture, os == null ? "linux" : os, osVersion, variant);
  }
}
