package dev.priok.engine.images;

import dev.priok.engine.Filters;
import dev.priok.engine.events.Events;
import dev.priok.engine.streams.MessageSink;
import dev.priok.host.registry.RegistryClient;
import dev.priok.host.registry.RegistryOptions;
import dev.priok.host.storage.StorageDriver;
import dev.priok.host.storage.choice.StorageDrivers;
import dev.priok.host.store.Blobs;
import dev.priok.host.store.SqliteStore;
import dev.priok.model.api.image.ImageSummary;
import dev.priok.model.api.system.EventMessage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.jspecify.annotations.Nullable;

/** Images over a real database, a real vfs driver and real files, in a folder of their own. */
final class ImagesFixture implements AutoCloseable {
  final Path root;
  final List<String> events = Collections.synchronizedList(new ArrayList<>());
  final List<ImageUsers.User> users = new ArrayList<>();
  StorageDriver driver;
  SqliteStore database;
  Blobs blobs;
  ImageStore store;
  EngineImages images;

  ImagesFixture(Path root) throws IOException {
    this.root = root;
    Opened opened = new Opened(root);
    this.driver = opened.driver;
    this.database = opened.database;
    this.blobs = opened.blobs;
    this.store = new ImageStore(database, blobs, driver, id -> users);
    this.images = engine();
  }

  private static final class Opened {
    final StorageDriver driver;
    final SqliteStore database;
    final Blobs blobs;

    Opened(Path root) throws IOException {
      driver = new StorageDrivers().open("vfs", root, List.of());
      database = SqliteStore.open(root.resolve("priok.db"));
      blobs = new Blobs(root.resolve("content"));
    }
  }

  private EngineImages engine() {
    Events recorder =
        new Events() {
          @Override
          public void publish(
              Type type, String action, String actor, Map<String, String> attributes) {
            events.add(action + " " + attributes.getOrDefault("name", ""));
          }

          @Override
          public void stream(
              @Nullable String since,
              @Nullable String until,
              Filters filters,
              MessageSink<EventMessage> sink) {
            throw new UnsupportedOperationException("nobody reads events here");
          }
        };
    return new EngineImages(store, new RegistryClient(RegistryOptions.DEFAULT), recorder);
  }

  /** Closes and opens everything, as a restarted daemon does. */
  void restart() throws IOException {
    close();
    Opened opened = new Opened(root);
    driver = opened.driver;
    database = opened.database;
    blobs = opened.blobs;
    store = new ImageStore(database, blobs, driver, id -> users);
    store.sweep();
    driver.sweep(store.layersInUse());
    images = engine();
  }

  @Override
  public void close() {
    database.close();
    driver.close();
  }

  /** The lines of an operation. */
  static final class Lines implements MessageSink<ProgressMessage> {
    final List<ProgressMessage> messages = Collections.synchronizedList(new ArrayList<>());
    private @Nullable Runnable gone;
    int leaveAfter = Integer.MAX_VALUE;

    @Override
    public void open() {}

    @Override
    public void emit(ProgressMessage message) throws IOException {
      if (messages.size() >= leaveAfter) {
        if (gone != null) {
          gone.run();
        }
        throw new IOException("client went away");
      }
      messages.add(message);
    }

    @Override
    public void onGone(Runnable action) {
      gone = action;
    }

    List<String> texts() {
      return messages.stream()
          .map(m ->
              m.stream() != null
                  ? m.stream().strip()
                  : (m.id() == null ? "" : m.id() + ": ") + m.status())
          .toList();
    }
  }

  String importTar(String reference, byte[] tar, String... changes) {
    Lines lines = new Lines();
    int colon = reference.indexOf(':');
    images.importRootfs(
        new Images.ImportOptions(
            colon < 0 ? reference : reference.substring(0, colon),
            colon < 0 ? "" : reference.substring(colon + 1),
            null,
            List.of(changes),
            null),
        new ByteArrayInputStream(tar),
        lines);
    return lines.texts().getLast();
  }

  List<ProgressMessage> load(byte[] archive) {
    Lines lines = new Lines();
    images.load(new ByteArrayInputStream(archive), false, lines);
    return lines.messages;
  }

  byte[] save(String... names) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    images.save(List.of(names), () -> out);
    return out.toByteArray();
  }

  List<ImageSummary> list() {
    return images.list(false, Filters.NONE, false, true);
  }

  /** Everything that would be left over where it should not be. */
  List<String> leftovers() throws IOException {
    List<String> found = new ArrayList<>();
    try (Stream<Path> files = Files.list(root.resolve("content/tmp"))) {
      files.forEach(f -> found.add("tmp " + f.getFileName()));
    }
    try (Stream<Path> files = Files.list(root.resolve("content/sha256"))) {
      files.forEach(f -> found.add("blob " + f.getFileName()));
    }
    driver.layers().forEach(l -> found.add("layer " + l));
    return found;
  }

  /** A tar of name, content, name, content... */
  static byte[] tar(String... namesAndContents) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      for (int i = 0; i < namesAndContents.length; i += 2) {
        put(tar, namesAndContents[i], namesAndContents[i + 1].getBytes(StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  static void put(TarArchiveOutputStream tar, String name, byte[] content) throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name, true);
    entry.setSize(content.length);
    entry.setModTime(1_700_000_000_000L);
    tar.putArchiveEntry(entry);
    tar.write(content);
    tar.closeArchiveEntry();
  }

  /** Bytes that do not compress. */
  static String noise(int length, long seed) {
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      text.append((char) ('!' + random.nextInt(90)));
    }
    return text.toString();
  }

  static InputStream failingAfter(byte[] content, int length) {
    return new ByteArrayInputStream(content, 0, length);
  }
}
