package dev.priok.engine.images;

import dev.priok.host.registry.ManifestContent;
import dev.priok.host.registry.RegistryClient;
import dev.priok.host.registry.RegistryClient.Access;
import dev.priok.model.api.image.DistributionInspect;
import dev.priok.model.api.image.OCIDescriptor;
import dev.priok.model.api.image.OCIDescriptorBuilder;
import dev.priok.model.api.image.OCIPlatform;
import dev.priok.model.api.system.AuthConfig;
import dev.priok.model.image.Descriptor;
import dev.priok.model.image.ImageDocument;
import dev.priok.model.image.ImageIndex;
import dev.priok.model.image.ImageManifest;
import dev.priok.model.image.ImageReference;
import dev.priok.model.image.MediaTypes;
import dev.priok.model.image.Platform;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code GET /distribution/{name}/json}: what a registry has under a name, without pulling. */
final class InspectDistribution {
  private final RegistryClient registries;

  InspectDistribution(RegistryClient registries) {
    this.registries = registries;
  }

  DistributionInspect inspect(String image, @Nullable AuthConfig auth) {
    ImageReference reference = ImageReference.parse(image).withDefaultTag();
    try {
      return registries.withRepository(
          reference,
          Transfers.credentials(auth),
          Access.PULL,
          repository -> {
            ManifestContent found = repository.manifest(reference.target());
            List<OCIPlatform> platforms = new ArrayList<>();
            if (MediaTypes.isIndex(found.mediaType())) {
              for (Descriptor one : ImageIndex.parse(found.bytes()).manifests()) {
                if (one.platform() != null) {
                  platforms.add(platform(one.platform()));
                }
              }
            } else if (MediaTypes.isManifest(found.mediaType())) {
              ImageManifest manifest = ImageManifest.parse(found.bytes());
              if (MediaTypes.isConfig(manifest.config().mediaType())) {
                platforms.add(
                    platform(
                        ImageDocument.parse(repository.smallBlob(manifest.config())).platform()));
              }
            }
            OCIDescriptor descriptor =
                OCIDescriptorBuilder.builder()
                    .mediaType(found.mediaType())
                    .digest(found.digest().value())
                    .size((long) found.bytes().length)
                    .build();
            return new DistributionInspect(descriptor, platforms);
          });
    } catch (IOException e) {
      throw Transfers.refused(reference, e);
    }
  }

  private static OCIPlatform platform(Platform p) {
    return new OCIPlatform(p.architecture(), p.os(), p.osVersion(), null, p.variant());
  }
}
