package dev.priok.host.registry;

import com.fasterxml.jackson.databind.JsonNode;
import dev.priok.host.store.Blobs;
import dev.priok.model.api.Json;
import dev.priok.model.id.Digest;
import dev.priok.model.image.Descriptor;
import dev.priok.model.image.ImageManifest;
import dev.priok.model.image.MediaTypes;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One repository of a registry: its manifests, blobs and tags. Safe for many threads. */
public final class Repository {
  private static final int LARGEST_MANIFEST = 8 << 20;
  private static final int BUFFER = 1 << 16;

  private final Connection connection;
  private final String path;
  private final int attempts;

  Repository(Connection connection, String path, int attempts) {
    this.connection = connection;
    this.path = path;
    this.attempts = attempts;
  }

  private String at(String rest) {
    return "/v2/" + path + rest;
  }

  /** By tag or digest; one asked for by digest must have it. */
  public ManifestContent manifest(String target) throws IOException {
    HttpResponse<InputStream> response =
        connection.get(
            at("/manifests/" + target),
            List.of("Accept", String.join(", ", MediaTypes.ACCEPTED_MANIFESTS)));
    byte[] bytes;
    try (InputStream in = response.body()) {
      bytes = in.readNBytes(LARGEST_MANIFEST + 1);
    }
    if (bytes.length > LARGEST_MANIFEST) {
      throw other("manifest of %s is larger than %d bytes".formatted(target, LARGEST_MANIFEST));
    }
    Digest digest = Digest.of(bytes);
    if (Digest.isDigest(target) && !digest.value().equals(target)) {
      throw other("manifest verification failed for digest " + target);
    }
    String type =
        response
            .headers()
            .firstValue("Content-Type")
            .map(t -> t.replaceFirst(";.*$", "").trim())
            .filter(t -> MediaTypes.isIndex(t) || MediaTypes.isManifest(t))
            .orElseGet(() -> ImageManifest.mediaTypeOf(bytes));
    return new ManifestContent(type, digest, bytes);
  }

  /** What a tag or digest points to, without its content. */
  public Descriptor describe(String target) throws IOException {
    HttpResponse<InputStream> response =
        connection.head(
            at("/manifests/" + target),
            List.of("Accept", String.join(", ", MediaTypes.ACCEPTED_MANIFESTS)));
    response.body().close();
    var digest = response.headers().firstValue("Docker-Content-Digest").filter(Digest::isDigest);
    var length = response.headers().firstValueAsLong("Content-Length");
    if (response.statusCode() == 200 && digest.isPresent() && length.isPresent()) {
      String type = response.headers().firstValue("Content-Type").orElse("");
      return Descriptor.of(type, new Digest(digest.get()), length.getAsLong());
    }
    ManifestContent whole = manifest(target);
    return Descriptor.of(whole.mediaType(), whole.digest(), whole.bytes().length);
  }

  /** A small blob, verified. */
  public byte[] smallBlob(Descriptor blob) throws IOException {
    if (blob.size() > LARGEST_MANIFEST) {
      throw other("%s is larger than %d bytes".formatted(blob.digest(), LARGEST_MANIFEST));
    }
    HttpResponse<InputStream> response = connection.get(at("/blobs/" + blob.digest()), List.of());
    try (InputStream in = response.body()) {
      byte[] bytes = in.readNBytes(LARGEST_MANIFEST + 1);
      if (!Digest.of(bytes).equals(blob.digest())) {
        throw verificationFailed(blob.digest());
      }
      return bytes;
    }
  }

  /**
   * Fetches a blob into a draft, going on where a broken transfer stopped, and verifies it.
   *
   * @param progress gets the bytes so far
   */
  public void download(
      Descriptor blob, Blobs.Draft draft, LongConsumer progress, Cancellation cancellation)
      throws IOException {
    for (int attempt = 1; ; attempt++) {
      cancellation.check();
      long before = draft.length();
      try {
        transfer(blob, draft, progress, cancellation);
        break;
      } catch (IOException e) {
        cancellation.check();
        boolean again = !(e instanceof RegistryException r) || r.isTransient();
        if (!again || attempt >= attempts || isOutOfSpace(e)) {
          throw e;
        }
        if (draft.length() > before) {
          attempt = 0; // It moves: a poor line may break as often as it likes.
        }
        pause(attempt);
      }
    }
    if (!draft.finish(blob.digest())) {
      throw verificationFailed(blob.digest());
    }
  }

  private void transfer(
      Descriptor blob, Blobs.Draft draft, LongConsumer progress, Cancellation cancellation)
      throws IOException {
    List<String> headers =
        draft.length() == 0 ? List.of() : List.of("Range", "bytes=" + draft.length() + "-");
    HttpResponse<InputStream> response = connection.get(at("/blobs/" + blob.digest()), headers);
    try (InputStream in = response.body()) {
      if (draft.length() > 0 && response.statusCode() != 206) {
        draft.restart();
      }
      cancellation.enter(in);
      try {
        byte[] buffer = new byte[BUFFER];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
          draft.out().write(buffer, 0, n);
          // A registry that never stops sending must not fill the disk.
          if (blob.size() > 0 && draft.length() > blob.size()) {
            throw other("blob %s is longer than its manifest says".formatted(blob.digest()));
          }
          progress.accept(draft.length());
          cancellation.check();
        }
      } finally {
        cancellation.leave(in);
      }
    }
    if (blob.size() > 0 && draft.length() < blob.size()) {
      throw new IOException("unexpected EOF");
    }
  }

  private static boolean isOutOfSpace(IOException e) {
    return String.valueOf(e.getMessage()).contains("No space left");
  }

  private static void pause(int attempt) throws IOException {
    try {
      Thread.sleep(Math.min(5_000L, 250L << attempt));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException) new java.io.InterruptedIOException("context canceled").initCause(e);
    }
  }

  /** All tags, in the registry's order, page by page. */
  public List<String> tags() throws IOException {
    List<String> tags = new ArrayList<>();
    URI page = connection.endpoint().resolve(at("/tags/list"));
    for (int pages = 0; pages < 10_000; pages++) {
      HttpResponse<InputStream> response = connection.checked("GET", page, List.of(), null);
      try (InputStream in = response.body()) {
        JsonNode names = Json.mapper().readTree(in.readNBytes(LARGEST_MANIFEST)).path("tags");
        names.forEach(n -> tags.add(n.asText()));
      }
      Optional<String> next =
          response
              .headers()
              .firstValue("Link")
              .filter(l -> l.contains("rel=\"next\"") && l.matches("\\s*<[^>]*>.*"))
              .map(l -> l.substring(l.indexOf('<') + 1, l.indexOf('>')));
      if (next.isEmpty()) {
        break;
      }
      page = Connection.resolve(page, next.get());
    }
    return tags;
  }

  public boolean hasBlob(Digest digest) throws IOException {
    HttpResponse<InputStream> response = connection.head(at("/blobs/" + digest), List.of());
    response.body().close();
    if (response.statusCode() >= 400 && response.statusCode() != 404) {
      throw RegistryErrors.refused(
          "HEAD", connection.endpoint().resolve(at("/blobs/" + digest)), response);
    }
    return response.statusCode() < 400;
  }

  /** Lets this repository have a blob of another one of the same registry; false if it cannot. */
  public boolean mount(Digest digest, String from) throws IOException {
    URI uri =
        connection.endpoint().resolve(at("/blobs/uploads/?mount=" + digest + "&from=" + from));
    HttpResponse<InputStream> response = connection.send("POST", uri, List.of(), noBody());
    response.body().close();
    if (response.statusCode() == 202) {
      // The registry opened an upload instead; it must not stay open.
      URI upload = location(uri, response);
      connection.send("DELETE", upload, List.of(), null).body().close();
    }
    return response.statusCode() == 201;
  }

  /**
   * Sends a blob in one piece; a transfer that breaks begins again.
   *
   * @param progress gets the bytes so far
   */
  public void upload(Digest digest, Path file, LongConsumer progress, Cancellation cancellation)
      throws IOException {
    long length = Files.size(file);
    for (int attempt = 1; ; attempt++) {
      cancellation.check();
      try {
        URI start = connection.endpoint().resolve(at("/blobs/uploads/"));
        HttpResponse<InputStream> opened = connection.checked("POST", start, List.of(), noBody());
        opened.body().close();
        String upload = location(start, opened).toString();
        URI target = URI.create(upload + (upload.contains("?") ? "&" : "?") + "digest=" + digest);
        HttpResponse<InputStream> done =
            connection.checked(
                "PUT",
                target,
                List.of("Content-Type", "application/octet-stream"),
                () -> body(file, length, progress, cancellation));
        done.body().close();
        return;
      } catch (IOException e) {
        cancellation.check();
        boolean again = e instanceof RegistryException r && r.isTransient();
        if (!again || attempt >= attempts) {
          throw e;
        }
        pause(attempt);
      }
    }
  }

  private static HttpRequest.BodyPublisher body(
      Path file, long length, LongConsumer progress, Cancellation cancellation) {
    if (length == 0) {
      return HttpRequest.BodyPublishers.noBody();
    }
    Supplier<InputStream> content =
        () -> {
          try {
            return new CountingInput(Files.newInputStream(file), progress, cancellation);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        };
    return HttpRequest.BodyPublishers.fromPublisher(
        HttpRequest.BodyPublishers.ofInputStream(content), length);
  }

  private static final class CountingInput extends FilterInputStream {
    private final LongConsumer progress;
    private final Cancellation cancellation;
    private long count;

    CountingInput(InputStream in, LongConsumer progress, Cancellation cancellation) {
      super(in);
      this.progress = progress;
      this.cancellation = cancellation;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      cancellation.check();
      int n = super.read(buffer, offset, length);
      if (n > 0) {
        count += n;
        progress.accept(count);
      }
      return n;
    }
  }

  /** Sends a manifest under a tag or its digest; what it points to must be there already. */
  public void putManifest(String target, String mediaType, byte[] manifest) throws IOException {
    URI uri = connection.endpoint().resolve(at("/manifests/" + target));
    connection
        .checked(
            "PUT",
            uri,
            List.of("Content-Type", mediaType),
            () -> HttpRequest.BodyPublishers.ofByteArray(manifest))
        .body()
        .close();
  }

  private static Supplier<HttpRequest.BodyPublisher> noBody() {
    return HttpRequest.BodyPublishers::noBody;
  }

  private static URI location(URI base, HttpResponse<InputStream> response) throws IOException {
    return Connection.resolve(base, response.headers().firstValue("Location").orElse(""));
  }

  private static RegistryException verificationFailed(@Nullable Digest digest) {
    return other("layer verification failed for digest " + digest);
  }

  private static RegistryException other(String message) {
    return new RegistryException(RegistryException.Reason.OTHER, 0, message, null);
  }
}
