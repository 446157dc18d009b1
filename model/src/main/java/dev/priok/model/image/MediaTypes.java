package dev.priok.model.image;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Media types of the two families of documents, OCI image-spec and Docker's schema 2. */
public final class MediaTypes {
  public static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";
  public static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
  public static final String OCI_CONFIG = "application/vnd.oci.image.config.v1+json";
  public static final String OCI_LAYER = "application/vnd.oci.image.layer.v1.tar";
  public static final String OCI_LAYER_GZIP = OCI_LAYER + "+gzip";
  public static final String OCI_LAYER_ZSTD = OCI_LAYER + "+zstd";

  public static final String DOCKER_LIST =
      "application/vnd.docker.distribution.manifest.list.v2+json";
  public static final String DOCKER_MANIFEST =
      "application/vnd.docker.distribution.manifest.v2+json";
  public static final String DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json";
  public static final String DOCKER_LAYER_GZIP =
      "application/vnd.docker.image.rootfs.diff.tar.gzip";
  public static final String DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar";

  /** The dead format of 2015, which can only be refused by name. */
  public static final String DOCKER_SCHEMA1 =
      "application/vnd.docker.distribution.manifest.v1+prettyjws";

  /** What a registry is asked for, in the order of liking. */
  public static final List<String> ACCEPTED_MANIFESTS =
      List.of(OCI_INDEX, DOCKER_LIST, OCI_MANIFEST, DOCKER_MANIFEST);

  private MediaTypes() {}

  public static boolean isIndex(@Nullable String type) {
    return OCI_INDEX.equals(type) || DOCKER_LIST.equals(type);
  }

  public static boolean isManifest(@Nullable String type) {
    return OCI_MANIFEST.equals(type) || DOCKER_MANIFEST.equals(type);
  }

  /** True for a file system layer, also one that may not be pushed elsewhere. */
  public static boolean isLayer(@Nullable String type) {
    return type != null
        && (type.startsWith("application/vnd.oci.image.layer.")
            || type.startsWith("application/vnd.docker.image.rootfs."));
  }

  public static boolean isConfig(@Nullable String type) {
    return OCI_CONFIG.equals(type) || DOCKER_CONFIG.equals(type);
  }
}
