package dev.priok.http.routes;

import dev.priok.engine.Filters;
import dev.priok.engine.images.Images;
import dev.priok.engine.images.Images.ImportOptions;
import dev.priok.engine.images.ProgressMessage;
import dev.priok.http.routing.Call;
import dev.priok.http.routing.Query;
import dev.priok.http.routing.RouteTable;
import dev.priok.http.streams.ArchiveBody;
import dev.priok.http.streams.JsonMessages;
import dev.priok.model.error.EngineException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** {@code /images} and {@code /distribution}. */
public final class ImageRoutes implements RouteTable.Group {
  private final Images images;
  private final ImagePlatform platforms;

  public ImageRoutes(Images images) {
    this.images = images;
    this.platforms = new ImagePlatform(images);
  }

  @Override
  public void addTo(RouteTable table) {
    table
        .get("/images/json", this::list)
        .get("/images/search", c -> refuse("searching Docker Hub is not offered; use its web site"))
        .get("/images/get", c -> save(c, c.query().all("names")))
        .get("/images/{}/get", c -> save(c, List.of(c.name())))
        .get("/images/{}/json", this::inspect)
        .get("/images/{}/history", this::history)
        .get("/distribution/{}/json", c -> c.ok(images.distribution(c.name(), RegistryAuth.of(c))))
        .post("/images/create", this::pullOrImport)
        .post("/images/load", this::load)
        .post("/images/prune", c -> c.ok(images.prune(filters(c))))
        .post("/images/{}/push", this::push)
        .post("/images/{}/tag", this::tag)
        .delete("/images/{}", this::remove);
  }

  private static void refuse(String sentence) {
    throw EngineException.notImplemented("%s", sentence);
  }

  private static Filters filters(Call call) {
    return Filters.parse(call.query().optional("filters"));
  }

  private void list(Call call) throws Exception {
    Query query = call.query();
    Filters filters = filters(call);
    String name = query.text("filter");
    if (call.version().before(25) && !name.isEmpty() && !filters.has("reference")) {
      Map<String, List<String>> more = new LinkedHashMap<>(filters.byName());
      more.put("reference", List.of(name));
      filters = new Filters(more);
    }
    boolean sharedSize = call.version().atLeast(42) && query.flag("shared-size");
    call.ok(
        images.list(query.flag("all"), filters, sharedSize, query.flag("digests")).stream()
            .map(i -> ImageShapes.summary(i, call.version()))
            .toList());
  }

  private void inspect(Call call) throws Exception {
    String platform = call.version().atLeast(49) ? call.query().optional("platform") : null;
    if (platform != null && call.query().flag("manifests")) {
      throw EngineException.invalid(
          "conflicting options: manifests and platform options cannot both be set");
    }
    platforms.check(call.name(), platform);
    call.ok(ImageShapes.inspect(images.inspect(call.name()), call.version()));
  }

  private void history(Call call) throws Exception {
    platforms.check(
        call.name(), call.version().atLeast(48) ? call.query().optional("platform") : null);
    call.ok(images.history(call.name()));
  }

  private void save(Call call, List<String> names) {
    if (call.version().atLeast(48)) {
      for (String platform : call.query().all("platform")) {
        names.forEach(name -> platforms.check(name, platform));
      }
    }
    images.save(names, new ArchiveBody(call, "application/x-tar"));
  }

  private void pullOrImport(Call call) throws Exception {
    Query query = call.query();
    String platform = call.version().atLeast(32) ? query.optional("platform") : null;
    String from = query.text("fromImage");
    if (from.isEmpty()) {
      importRootfs(call, platform);
      return;
    }
    // "docker pull -a" of some versions sends a name with a colon at its end.
    ImageName name =
        ImageName.of(
            from.endsWith(":") ? from.substring(0, from.length() - 1) : from, query.text("tag"));
    if (name.repository().equals("scratch")) {
      throw EngineException.forbidden("'scratch' is a reserved name");
    }
    progress(
        call,
        sink -> images.pull(name.repository(), name.tag(), platform, RegistryAuth.of(call), sink));
  }

  private void importRootfs(Call call, @Nullable String platform) throws Exception {
    Query query = call.query();
    String source = query.text("fromSrc");
    if (!source.equals("-")) {
      throw EngineException.notImplemented(
          "importing from a URL is not offered; fetch the archive and import it from standard"
              + " input (fromSrc=-)");
    }
    ImageName name = ImageName.of(query.text("repo"), query.text("tag"));
    if (name.tag().startsWith("sha256:")) {
      throw EngineException.invalid("cannot import digest reference");
    }
    String message = query.optional("message");
    var options =
        new ImportOptions(
            name.repository(),
            name.repository().isEmpty() || !name.tag().isEmpty() ? name.tag() : "latest",
            message == null ? "Imported from -" : message,
            query.all("changes"),
            platform);
    progress(call, sink -> images.importRootfs(options, call.exchange().body(), sink));
  }

  private void load(Call call) throws Exception {
    if (call.version().atLeast(48) && call.query().optional("platform") != null) {
      throw EngineException.notImplemented(
          "loading one platform of an archive is not offered; load it without a platform");
    }
    boolean quiet = call.query().flag("quiet", true);
    progress(call, sink -> images.load(call.exchange().body(), quiet, sink));
  }

  private void push(Call call) throws Exception {
    if (call.version().atLeast(46)) {
      platforms.check(call.name(), call.query().optional("platform"));
    }
    ImageName name = ImageName.of(call.name(), call.query().text("tag"));
    progress(call, sink -> images.push(name.repository(), name.tag(), RegistryAuth.of(call), sink));
  }

  private static void progress(Call call, JsonMessages.Work<ProgressMessage> work)
      throws Exception {
    JsonMessages.answer(call, Function.identity(), ProgressMessage::error, work);
  }

  private void tag(Call call) throws Exception {
    ImageName name = ImageName.of(call.query().text("repo"), call.query().text("tag"));
    if (name.repository().isEmpty()) {
      throw EngineException.invalid("invalid reference format: repository name is empty");
    }
    if (name.tag().startsWith("sha256:")) {
      throw EngineException.invalid("cannot tag with a digest reference");
    }
    images.tag(call.name(), name.repository(), name.tag().isEmpty() ? "latest" : name.tag());
    call.empty(201);
  }

  private void remove(Call call) throws Exception {
    Query query = call.query();
    if (call.name().isBlank()) {
      throw EngineException.invalid("image name cannot be blank");
    }
    if (call.version().atLeast(50)) {
      for (String platform : query.all("platforms")) {
        platforms.check(call.name(), platform);
      }
    }
    call.ok(images.remove(call.name(), query.flag("force"), !query.flag("noprune")));
  }
}
