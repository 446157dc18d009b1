package dev.priok.host.storage.layer;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.priok.host.archive.DiskWork;
import dev.priok.host.archive.RemoveTree;
import dev.priok.host.storage.LayerId;
import dev.priok.kernel.call.At;
import dev.priok.kernel.call.Fd;
import dev.priok.kernel.call.Io;
import dev.priok.kernel.call.OpenFlags;
import dev.priok.model.api.Json;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a driver whose trees are no folders writes down of each layer: a small file of JSON. A layer
 * is there when its record is.
 *
 * <pre>
 *   begin     .tmp/ID@7        what is about to be made, on the disk before anything is made
 *   appear    .tmp/ID@7  ──rename──►  records/ID
 *   withdraw  records/ID ──rename──►  .tmp/ID@8       before anything is removed
 *   forget    removes .tmp/ID@8, when everything is gone
 * </pre>
 *
 * <p>So after a crash the files in {@code .tmp} tell what may be left and is to be removed.
 *
 * @param <T> the record
 */
public final class LayerRecords<T> {
  private static final Logger LOG = LoggerFactory.getLogger(LayerRecords.class);
  private static final String COUNTER = "@";

  private final Class<T> type;
  private final Path place;
  private final Path temporary;
  private final AtomicLong counter;

  /**
   * Makes the folders where they are missing.
   *
   * @param root the driver's own folder
   * @param name of the folder of the records in it
   */
  public LayerRecords(Path root, String name, Class<T> type) throws IOException {
    this.type = type;
    this.place = Files.createDirectories(root.resolve(name));
    this.temporary = Files.createDirectories(root.resolve(".tmp"));
    Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwx--x---"));
    Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rwx------"));
    Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwx------"));
    this.counter = new AtomicLong(lastOf(temporary));
  }

  /** A record of a former start stays while its device is busy, and must not be written over. */
  private static long lastOf(Path temporary) throws IOException {
    try (Stream<Path> entries = Files.list(temporary)) {
      return entries
          .map(entry -> entry.getFileName().toString())
          .map(name -> name.substring(name.lastIndexOf(COUNTER) + 1))
          .filter(number -> number.matches("\\d{1,18}"))
          .mapToLong(Long::parseLong)
          .max()
          .orElse(0);
    }
  }

  /**
   * A record in {@code .tmp}: of a layer that comes or goes.
   *
   * @param content null where somebody damaged it
   */
  public record Passing<T>(LayerId layer, @Nullable T content, Path file) {}

  public boolean exists(LayerId layer) {
    return Files.exists(place.resolve(layer.value()));
  }

  public Set<LayerId> all() throws IOException {
    return ListLayers.in(place);
  }

  /** The record of a layer that exists. */
  public T read(LayerId layer) throws IOException {
    try {
      return parse(place.resolve(layer.value()));
    } catch (JsonProcessingException e) {
      throw new IOException("layer " + layer + " is damaged: its record cannot be read", e);
    } catch (NoSuchFileException e) {
      throw new IOException("layer " + layer + " does not exist", e);
    }
  }

  private T parse(Path file) throws IOException {
    T content = Json.mapper().readValue(Files.readAllBytes(file), type);
    if (content == null) {
      throw new IOException(file + " is empty");
    }
    return content;
  }

  /** Writes down what is about to be made. */
  public Passing<T> begin(LayerId layer, T content, boolean durable) throws IOException {
    Path file = passing(layer);
    DurableText.write(file, Json.mapper().writeValueAsString(content) + "\n", durable);
    if (durable) {
      sync(temporary);
    }
    return new Passing<>(layer, content, file);
  }

  /** Lets the layer appear: everything it stands for is made. */
  public void appear(Passing<T> record, boolean durable) throws IOException {
    move(record.file(), place.resolve(record.layer().value()));
    if (durable) {
      sync(place);
    }
  }

  /** Lets the layer disappear, before anything of it is removed. */
  public Passing<T> withdraw(LayerId layer) throws IOException {
    T content = null;
    try {
      content = parse(place.resolve(layer.value()));
    } catch (JsonProcessingException e) {
      LOG.warn("layer {} is removed, but its record cannot be read", layer, e);
    }
    Path file = passing(layer);
    move(place.resolve(layer.value()), file);
    sync(place);
    return new Passing<>(layer, content, file);
  }

  /** Takes {@link #withdraw} back: the layer could not be removed. */
  public void putBack(Passing<T> record) throws IOException {
    move(record.file(), place.resolve(record.layer().value()));
  }

  /** Everything that the record stood for is gone. */
  public void forget(Passing<T> record) throws IOException {
    Files.deleteIfExists(record.file());
  }

  /**
   * What a crash left: records of layers that were being made or removed. Anything else in the
   * folder goes.
   */
  public List<Passing<T>> remains() throws IOException {
    List<Passing<T>> result = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(temporary)) {
      for (Path entry : entries) {
        String name = entry.getFileName().toString();
        int end = name.lastIndexOf(COUNTER);
        if (end > 0 && Files.isRegularFile(entry)) {
          try {
            result.add(new Passing<>(new LayerId(name.substring(0, end)), parse(entry), entry));
            continue;
          } catch (JsonProcessingException | IllegalArgumentException e) {
            // cut off by the crash: nothing is made before the record is complete
          }
        }
        DiskWork.run(() -> RemoveTree.at(entry));
      }
    }
    return result;
  }

  private Path passing(LayerId layer) {
    return temporary.resolve(layer.value() + COUNTER + counter.incrementAndGet());
  }

  private static void move(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
  }

  private static void sync(Path folder) throws IOException {
    try (Fd directory = At.open(folder, OpenFlags.READ_ONLY | OpenFlags.DIRECTORY)) {
      Io.sync(directory);
    }
  }
}
