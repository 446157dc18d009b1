package dev.priok.engine.images;

import dev.priok.engine.Filters;
import dev.priok.engine.events.Events;
import dev.priok.engine.streams.ByteSink;
import dev.priok.engine.streams.MessageSink;
import dev.priok.host.registry.RegistryClient;
import dev.priok.model.api.image.DistributionInspect;
import dev.priok.model.api.image.ImageDeleteResponseItem;
import dev.priok.model.api.image.ImageHistoryResponseItem;
import dev.priok.model.api.image.ImageInspect;
import dev.priok.model.api.image.ImagePruneResponse;
import dev.priok.model.api.image.ImageSummary;
import dev.priok.model.api.system.AuthConfig;
import dev.priok.model.id.Digest;
import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The images of this daemon; every verb is a class beside this one. */
public final class EngineImages implements Images {
  private static final int DOWNLOADS = 3;
  private static final int UPLOADS = 5;

  private final ImageStore store;
  private final ListImages list;
  private final InspectImage inspect;
  private final ImageHistory history;
  private final TagImage tag;
  private final RemoveImage remove;
  private final PruneImages prune;
  private final PullImage pull;
  private final PushImage push;
  private final LoadImages load;
  private final SaveImages save;
  private final ImportRootfs importRootfs;
  private final CommitImage commit;
  private final InspectDistribution distribution;

  private final TransferSlots downloads;
  private final TransferSlots uploads;

  public EngineImages(ImageStore store, RegistryClient registries, Events events) {
    this.store = store;
    this.downloads = new TransferSlots(DOWNLOADS);
    this.uploads = new TransferSlots(UPLOADS);
    ImageEvents told = new ImageEvents(events, store);
    this.list = new ListImages(store);
    this.inspect = new InspectImage(store);
    this.history = new ImageHistory(store);
    this.tag = new TagImage(store, told);
    this.remove = new RemoveImage(store, told);
    this.prune = new PruneImages(store, remove, told);
    this.pull = new PullImage(store, told, registries, downloads);
    this.push = new PushImage(store, told, registries, uploads);
    this.load = new LoadImages(store, told);
    this.save = new SaveImages(store, told);
    this.importRootfs = new ImportRootfs(store, told);
    this.commit = new CommitImage(store, told);
    this.distribution = new InspectDistribution(registries);
  }

  /** Bytes of files in an image's layers; also of a removed one that containers keep. */
  public long size(Digest image) {
    return store.size(image);
  }

  /** How many layers travel at once, of all calls together; what travels already goes on. */
  public void limit(int downloadsAtOnce, int uploadsAtOnce) {
    downloads.limit(downloadsAtOnce);
    uploads.limit(uploadsAtOnce);
  }

  /** For the containers' room: a container's difference becomes an image. */
  public CommitImage commit() {
    return commit;
  }

  @Override
  public List<ImageSummary> list(
      boolean all, Filters filters, boolean sharedSize, boolean digests) {
    // Digests are always part of the answer, as in Docker's.
    return list.list(all, filters, sharedSize);
  }

  @Override
  public long layersSize() {
    return store.layersSize();
  }

  @Override
  public ImageInspect inspect(String image) {
    return inspect.inspect(image);
  }

  @Override
  public List<ImageHistoryResponseItem> history(String image) {
    return history.history(image);
  }

  @Override
  public void tag(String image, String repository, String name) {
    tag.tag(image, repository, name);
  }

  @Override
  public List<ImageDeleteResponseItem> remove(String image, boolean force, boolean withParents) {
    return remove.remove(image, force, withParents);
  }

  @Override
  public ImagePruneResponse prune(Filters filters) {
    return prune.prune(filters);
  }

  @Override
  public void pull(
      String image,
      String target,
      @Nullable String platform,
      @Nullable AuthConfig auth,
      MessageSink<ProgressMessage> progress) {
    store.room().check();
    pull.pull(image, target, platform, auth, new Progress(progress, store.room()));
  }

  @Override
  public void push(
      String image, String name, @Nullable AuthConfig auth, MessageSink<ProgressMessage> progress) {
    push.push(image, name, auth, new Progress(progress, store.room()));
  }

  @Override
  public void load(InputStream archive, boolean quiet, MessageSink<ProgressMessage> progress) {
    store.room().check();
    load.load(archive, quiet, new Progress(progress, store.room()));
  }

  @Override
  public void save(List<String> images, ByteSink sink) {
    save.save(images, sink);
  }

  @Override
  public void importRootfs(
      ImportOptions options, InputStream tar, MessageSink<ProgressMessage> progress) {
    store.room().check();
    importRootfs.run(options, tar, new Progress(progress, store.room()));
  }

  @Override
  public DistributionInspect distribution(String image, @Nullable AuthConfig auth) {
    return distribution.inspect(image, auth);
  }
}
