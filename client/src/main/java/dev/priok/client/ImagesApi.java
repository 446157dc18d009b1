package dev.priok.client;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import dev.priok.client.streams.ProgressStream;
import dev.priok.client.wire.Query;
import dev.priok.client.wire.Request;
import dev.priok.model.api.image.ImageDeleteResponseItem;
import dev.priok.model.api.image.ImageHistoryResponseItem;
import dev.priok.model.api.image.ImageInspect;
import dev.priok.model.api.image.ImagePruneResponse;
import dev.priok.model.api.image.ImageSummary;
import dev.priok.model.api.system.AuthConfig;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Images. An image is named by its id, the beginning of its id, or a reference. */
public final class ImagesApi {
  private final Calls calls;

  ImagesApi(Calls calls) {
    this.calls = calls;
  }

  /** Fetches an image from its registry; a null tag fetches all tags. */
  public ProgressStream pull(
      String repository,
      @Nullable String tag,
      @Nullable String platform,
      @Nullable AuthConfig credentials) {
    Query query =
        new Query().add("fromImage", repository).add("tag", tag).add("platform", platform);
    String auth =
        credentials == null
            ? null
            : Base64.getUrlEncoder()
                .encodeToString(calls.json(credentials).getBytes(StandardCharsets.UTF_8));
    return calls.progress(
        Request.of("POST", calls.versioned("/images/create", query)).with("X-Registry-Auth", auth));
  }

  /** Makes an image of one layer from a tar archive. */
  public ProgressStream importArchive(InputStream tar, ImportQuery query) {
    Query wire =
        new Query()
            .add("fromSrc", "-")
            .add("repo", query.repository())
            .add("tag", query.tag())
            .add("message", query.message())
            .add("platform", query.platform());
    query.changes().forEach(change -> wire.add("changes", change));
    return calls.progress(
        new Request(
            "POST",
            calls.versioned("/images/create", wire),
            Map.of(),
            new Request.Upload(tar, "application/x-tar")));
  }

  /** Makes an image of one layer from an archive that the engine fetches itself. */
  public ProgressStream importUrl(String url, ImportQuery query) {
    Query wire =
        new Query()
            .add("fromSrc", url)
            .add("repo", query.repository())
            .add("tag", query.tag())
            .add("message", query.message())
            .add("platform", query.platform());
    query.changes().forEach(change -> wire.add("changes", change));
    return calls.progress(Request.of("POST", calls.versioned("/images/create", wire)));
  }

  /** Loads images that {@link #save} wrote. */
  public ProgressStream load(InputStream tar, boolean quiet, @Nullable String platform) {
    return calls.progress(
        new Request(
            "POST",
            calls.versioned(
                "/images/load",
                new Query().add("quiet", quiet ? "1" : "0").add("platform", platform)),
            Map.of(),
            new Request.Upload(tar, "application/x-tar")));
  }

  /** Writes images with all their layers as one tar archive. */
  public void save(List<String> images, @Nullable String platform, OutputStream target) {
    Query query = new Query();
    images.forEach(image -> query.add("names", image));
    query.add("platform", platform);
    ContainersApi.download(
        calls.open(Request.of("GET", calls.versioned("/images/get", query))), target);
  }

  /** Lists images; {@code all} shows the layers between, too. */
  public List<ImageSummary> list(boolean all, Filters filters) {
    return calls.get("/images/json", listQuery(all, filters), new TypeReference<>() {});
  }

  /** As {@link #list}, as the engine wrote it. */
  public JsonNode listJson(boolean all, Filters filters) {
    return calls.get("/images/json", listQuery(all, filters), JsonNode.class);
  }

  /** Everything about it. */
  public ImageInspect inspect(String image) {
    return calls.get(path(image, "/json"), new Query(), ImageInspect.class);
  }

  /** As {@link #inspect}, as the engine wrote it. */
  public JsonNode inspectJson(String image) {
    return calls.get(path(image, "/json"), new Query(), JsonNode.class);
  }

  /** How it was made, layer by layer. */
  public List<ImageHistoryResponseItem> history(String image) {
    return calls.get(path(image, "/history"), new Query(), new TypeReference<>() {});
  }

  /** Gives an image one more name. */
  public void tag(String image, String repository, @Nullable String tag) {
    calls.run("POST", path(image, "/tag"), new Query().add("repo", repository).add("tag", tag));
  }

  /** Takes a name away, and the image with its last name. */
  public List<ImageDeleteResponseItem> remove(String image, boolean force, boolean keepParents) {
    return calls.delete(
        path(image, ""),
        new Query().flag("force", force).flag("noprune", keepParents),
        new TypeReference<>() {});
  }

  /** Removes unused images that match. */
  public ImagePruneResponse prune(Filters filters) {
    return calls.post(
        "/images/prune", new Query().add("filters", filters.toJson()), ImagePruneResponse.class);
  }

  private static Query listQuery(boolean all, Filters filters) {
    return new Query().flag("all", all).add("filters", filters.toJson());
  }

  private static String path(String image, String verb) {
    return "/images/" + Query.segment(image) + verb;
  }
}
