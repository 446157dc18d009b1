package dev.priok.engine.images;

import dev.priok.engine.images.Images.ImportOptions;
import dev.priok.host.archive.Compression;
import dev.priok.model.api.image.ImageConfig;
import dev.priok.model.api.image.ImageConfigBuilder;
import dev.priok.model.error.EngineException;
import dev.priok.model.error.ErrorKind;
import dev.priok.model.id.Digest;
import dev.priok.model.image.ImageDocument;
import dev.priok.model.image.ImageDocumentBuilder;
import dev.priok.model.image.ImageReference;
import dev.priok.model.image.Platform;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;

/** {@code docker import}: one tar becomes an image of one layer. */
final class ImportRootfs {
  private static final int BUFFER = 1 << 16;

  private final ImageStore store;
  private final ImageEvents events;

  ImportRootfs(ImageStore store, ImageEvents events) {
    this.store = store;
    this.events = events;
  }

  void run(ImportOptions options, InputStream tar, Progress progress) {
    // Everything that can be refused is refused before a byte is read.
    ImageReference reference = TagImage.referenceOf(options.repository(), options.tag());
    String wanted = options.platform();
    Platform platform =
        wanted == null || wanted.isEmpty() ? Platform.host() : Platform.parse(wanted);
    if (!platform.os().equals("linux")) {
      throw EngineException.invalid("operating system is not supported: %s", platform.os());
    }
    ImageConfig config =
        ConfigChanges.apply(ImageConfigBuilder.builder().build(), options.changes());
    String message = options.message();
    String comment = message == null || message.isEmpty() ? "Imported from -" : message;
    Digest id;
    try (LayerStore.Lease lease = store.lease();
        InputStream plain = Compression.decompress(new BufferedInputStream(tar, BUFFER))) {
      LayerRecord layer = store.layers().add(null, plain, lease).record();
      String now = Instant.now().toString();
      ImageDocument document =
          ImageDocumentBuilder.builder()
              .architecture(platform.architecture())
              .variant(platform.variant())
              .os(platform.os())
              .comment(comment)
              .created(now)
              .config(config)
              .rootfs(new ImageDocument.RootFs("layers", List.of(layer.diffId())))
              .history(List.of(new ImageDocument.History(now, null, null, comment, null)))
              .build();
      id = store.add(document.toJson(), List.of(layer.chainId()), null, lease);
      if (reference != null) {
        store.name(reference, id);
      }
    } catch (EOFException e) {
      throw new EngineException(ErrorKind.INVALID, "unexpected EOF", e);
    } catch (IOException e) {
      throw failure(e);
    }
    if (reference != null) {
      events.about("tag", id, reference.familiar());
    }
    events.about("import", id, id.value());
    progress.line(id.value());
  }

  /** A tar that cannot be applied, or a disk that cannot take it. */
  static EngineException failure(IOException e) {
    String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return EngineException.internal("Error processing tar file: " + message, e);
  }
}
