package dev.priok.model.image;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.priok.model.error.EngineException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The same image for several platforms, or several images (OCI layouts). */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonPropertyOrder({"schemaVersion", "mediaType", "manifests", "annotations"})
public record ImageIndex(
    @JsonProperty("schemaVersion") int schemaVersion,
    @JsonProperty("mediaType") @Nullable String mediaType,
    @JsonProperty("manifests") List<Descriptor> manifests,
    @JsonProperty("annotations") @Nullable Map<String, String> annotations) {

  public static ImageIndex parse(byte[] json) {
    ImageIndex index = Documents.read(json, ImageIndex.class, "image index");
    if (ImageManifest.isAbsent(index.manifests)) {
      throw EngineException.invalid("invalid image index: no manifests");
    }
    for (Descriptor manifest : index.manifests) {
      if (ImageManifest.isAbsent(manifest) || ImageManifest.isAbsent(manifest.digest())) {
        throw EngineException.invalid("invalid image index: a manifest without a digest");
      }
    }
    return index;
  }

  /** The first manifest for a platform: the same variant if there is one, else any variant. */
  public Optional<Descriptor> select(Platform wanted) {
    Descriptor any = null;
    for (Descriptor manifest : manifests) {
      Platform offered = manifest.platform();
      if (offered == null || !wanted.accepts(offered)) {
        continue;
      }
      if (Objects.equals(offered.variant(), wanted.variant())) {
        return Optional.of(manifest);
      }
      any = any == null ? manifest : any;
    }
    return Optional.ofNullable(any);
  }

  public byte[] toJson() {
    return Documents.write(this);
  }
}
