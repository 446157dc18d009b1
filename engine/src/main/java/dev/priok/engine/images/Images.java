package dev.priok.engine.images;

import dev.priok.engine.Filters;
import dev.priok.engine.streams.ByteSink;
import dev.priok.engine.streams.MessageSink;
import dev.priok.model.api.image.DistributionInspect;
import dev.priok.model.api.image.ImageDeleteResponseItem;
import dev.priok.model.api.image.ImageHistoryResponseItem;
import dev.priok.model.api.image.ImageInspect;
import dev.priok.model.api.image.ImagePruneResponse;
import dev.priok.model.api.image.ImageSummary;
import dev.priok.model.api.system.AuthConfig;
import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything the Engine API does with images, a method an operation.
 *
 * <p>An image is named by its id, a unique prefix of it, or a reference ({@code busybox}, {@code
 * localhost:5000/a:1}, {@code a@sha256:...}); an unknown one is refused with {@code No such image:
 * X} (404).
 */
public interface Images {

  List<ImageSummary> list(boolean all, Filters filters, boolean sharedSize, boolean digests);

  /** Bytes of files in all layers, each counted once however many images have it. */
  long layersSize();

  ImageInspect inspect(String image);

  List<ImageHistoryResponseItem> history(String image);

  void tag(String image, String repository, String tag);

  List<ImageDeleteResponseItem> remove(String image, boolean force, boolean prune);

  ImagePruneResponse prune(Filters filters);

  /** {@code tag} may be a tag, a digest, or empty for all tags of the repository. */
  void pull(
      String image,
      String tag,
      @Nullable String platform,
      @Nullable AuthConfig auth,
      MessageSink<ProgressMessage> progress);

  void push(
      String image, String tag, @Nullable AuthConfig auth, MessageSink<ProgressMessage> progress);

  /** A docker-archive or an OCI layout, plain or compressed. */
  void load(InputStream archive, boolean quiet, MessageSink<ProgressMessage> progress);

  /** A docker-archive that is an OCI layout too. */
  void save(List<String> images, ByteSink sink);

  void importRootfs(ImportOptions options, InputStream tar, MessageSink<ProgressMessage> progress);

  /** What a registry has under a name, without pulling it. */
  DistributionInspect distribution(String image, @Nullable AuthConfig auth);

  record ImportOptions(
      String repository,
      String tag,
      @Nullable String message,
      List<String> changes,
      @Nullable String platform) {}
}
