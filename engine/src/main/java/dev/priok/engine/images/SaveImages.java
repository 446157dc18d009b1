package dev.priok.engine.images;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.priok.engine.streams.ByteSink;
import dev.priok.host.archive.Compression;
import dev.priok.model.api.Json;
import dev.priok.model.error.EngineException;
import dev.priok.model.id.Digest;
import dev.priok.model.image.Descriptor;
import dev.priok.model.image.ImageIndex;
import dev.priok.model.image.ImageManifest;
import dev.priok.model.image.ImageReference;
import dev.priok.model.image.MediaTypes;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * {@code docker save}: a docker-archive that is an OCI layout too. Equal images give equal bytes:
 * nothing in it depends on the time or on how the layers are kept here.
 */
final class SaveImages {
  private static final int BUFFER = 1 << 16;
  private static final byte[] LAYOUT =
      "{\"imageLayoutVersion\":\"1.0.0\"}".getBytes(StandardCharsets.UTF_8);

  private final ImageStore store;
  private final ImageEvents events;

  SaveImages(ImageStore store, ImageEvents events) {
    this.store = store;
    this.events = events;
  }

  /** One line of {@code manifest.json}. */
  record ArchiveImage(
      @JsonProperty("Config") String config,
      @JsonProperty("RepoTags") List<String> repoTags,
      @JsonProperty("Layers") List<String> layers) {}

  void save(List<String> names, ByteSink sink) {
    if (names.isEmpty()) {
      throw EngineException.invalid("no images to save");
    }
    Map<Digest, Set<String>> wanted = new LinkedHashMap<>();
    for (String name : names) {
      choose(name, wanted);
    }
    List<ImageHold> holds = new ArrayList<>();
    try {
      wanted.keySet().forEach(id -> holds.add(store.hold(id.value())));
      try (OutputStream out = new BufferedOutputStream(sink.open(), BUFFER);
          TarArchiveOutputStream tar = new TarArchiveOutputStream(out, "UTF-8")) {
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        write(wanted, tar);
        tar.finish();
      }
    } catch (IOException e) {
      throw EngineException.internal("saving images: " + e.getMessage(), e);
    } finally {
      holds.forEach(ImageHold::close);
    }
    wanted.keySet().forEach(id -> events.about("save", id, id.value()));
  }

  /** A repository without a tag means all its tags; an id means the image without names. */
  private void choose(String name, Map<Digest, Set<String>> wanted) {
    ImageRecord image = store.find(name).orElse(null);
    if (image != null
        && (image.id().hex().startsWith(name) || image.id().value().startsWith(name))) {
      wanted.computeIfAbsent(image.id(), i -> new TreeSet<>());
      return;
    }
    ImageReference reference = ImageReference.parse(name);
    if (reference.isBare()) {
      boolean any = false;
      for (Map.Entry<Digest, List<ImageReference>> entry : store.names().entrySet()) {
        for (ImageReference tag : entry.getValue()) {
          if (tag.tag() != null && tag.name().equals(reference.name())) {
            wanted.computeIfAbsent(entry.getKey(), i -> new TreeSet<>()).add(tag.familiar());
            any = true;
          }
        }
      }
      if (any) {
        return;
      }
    }
    ImageRecord found = store.require(name);
    Set<String> tags = wanted.computeIfAbsent(found.id(), i -> new TreeSet<>());
    if (reference.digest() == null && reference.tag() != null) {
      tags.add(reference.familiar());
    }
  }

  private void write(Map<Digest, Set<String>> wanted, TarArchiveOutputStream tar)
      throws IOException {
    folder(tar, "blobs/");
    folder(tar, "blobs/sha256/");
    Set<Digest> written = new HashSet<>();
    List<ArchiveImage> list = new ArrayList<>();
    List<Descriptor> manifests = new ArrayList<>();
    Map<String, Map<String, String>> repositories = new TreeMap<>();
    for (Map.Entry<Digest, Set<String>> image : wanted.entrySet()) {
      ImageRecord record = store.require(image.getKey().value());
      List<Descriptor> layers = new ArrayList<>();
      for (Digest chainId : record.chain()) {
        LayerRecord layer = store.layers().require(chainId);
        layers.add(Descriptor.of(MediaTypes.OCI_LAYER, layer.diffId(), layer.tarSize()));
        if (written.add(layer.diffId())) {
          layer(tar, layer);
        }
      }
      byte[] config = store.config(record.id());
      blob(tar, config, written);
      byte[] manifest =
          new ImageManifest(
                  2,
                  MediaTypes.OCI_MANIFEST,
                  Descriptor.of(MediaTypes.OCI_CONFIG, record.id(), config.length),
                  layers,
                  null)
              .toJson();
      blob(tar, manifest, written);
      Descriptor described =
          Descriptor.of(MediaTypes.OCI_MANIFEST, Digest.of(manifest), manifest.length);
      if (image.getValue().isEmpty()) {
        manifests.add(described);
      }
      for (String tag : image.getValue()) {
        ImageReference reference = ImageReference.parse(tag);
        String word = String.valueOf(reference.tag());
        manifests.add(
            described.withAnnotations(
                new TreeMap<>(
                    Map.of(
                        "io.containerd.image.name",
                        reference.full(),
                        "org.opencontainers.image.ref.name",
                        word))));
        if (!layers.isEmpty()) {
          repositories
              .computeIfAbsent(reference.familiarName(), n -> new TreeMap<>())
              .put(word, layers.getLast().digest().hex());
        }
      }
      list.add(
          new ArchiveImage(
              path(record.id()),
              List.copyOf(image.getValue()),
              layers.stream().map(l -> path(l.digest())).toList()));
    }
    file(tar, "index.json", new ImageIndex(2, MediaTypes.OCI_INDEX, manifests, null).toJson());
    file(tar, "manifest.json", Json.mapper().writeValueAsBytes(list));
    file(tar, "oci-layout", LAYOUT);
    if (!repositories.isEmpty()) {
      file(tar, "repositories", Json.mapper().writeValueAsBytes(repositories));
    }
  }

  private static String path(Digest digest) {
    return "blobs/sha256/" + digest.hex();
  }

  private void layer(TarArchiveOutputStream tar, LayerRecord layer) throws IOException {
    try (InputStream in =
        Compression.decompress(
            new BufferedInputStream(store.blobs().open(layer.blob().digest()), BUFFER))) {
      entry(tar, path(layer.diffId()), layer.tarSize(), in);
    }
  }

  private static void blob(TarArchiveOutputStream tar, byte[] content, Set<Digest> written)
      throws IOException {
    Digest digest = Digest.of(content);
    if (written.add(digest)) {
      file(tar, path(digest), content);
    }
  }

  private static void file(TarArchiveOutputStream tar, String name, byte[] content)
      throws IOException {
    entry(tar, name, content.length, new ByteArrayInputStream(content));
  }

  private static void entry(TarArchiveOutputStream tar, String name, long size, InputStream in)
      throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setSize(size);
    entry.setMode(0100644);
    entry.setModTime(0);
    tar.putArchiveEntry(entry);
    in.transferTo(tar);
    tar.closeArchiveEntry();
  }

  private static void folder(TarArchiveOutputStream tar, String name) throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_DIR);
    entry.setMode(040755);
    entry.setModTime(0);
    tar.putArchiveEntry(entry);
    tar.closeArchiveEntry();
  }
}
