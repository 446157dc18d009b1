package dev.priok.host.storage.devicemapper;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.priok.host.storage.layer.DurableText;
import dev.priok.host.storage.layer.SizeOption;
import dev.priok.model.api.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The device with an empty file system that layers without a parent begin as copies of: number 1 of
 * the pool. A small file, {@code base}, says what it is like; it is written before the device is
 * made ({@code initialized: false}) and after.
 */
final class BaseDevice {
  static final int ID = 1;

  private static final Logger LOG = LoggerFactory.getLogger(BaseDevice.class);
  private static final String NAME = "base";

  private final Path file;
  private final Path place;
  private final ThinPool pool;
  private final ThinDevices devices;
  private final PoolOptions options;

  /** What the file says. */
  record Facts(boolean initialized, String uuid, String fileSystem, long size) {}

  BaseDevice(Path root, ThinPool pool, ThinDevices devices, PoolOptions options) {
    this.file = root.resolve(NAME);
    this.place = root.resolve(".base");
    this.pool = pool;
    this.devices = devices;
    this.options = options;
  }

  /** Makes it, or looks whether it is still the same one; grows it when dm.basesize was raised. */
  Facts open() throws IOException {
    Facts facts = read();
    if (facts != null && facts.initialized()) {
      return grown(verified(facts));
    }
    if (facts == null && pool.isGiven()) {
      mustBeUnused();
    }
    return make();
  }

  private @Nullable Facts read() throws IOException {
    try {
      return Json.mapper().readValue(Files.readAllBytes(file), Facts.class);
    } catch (NoSuchFileException e) {
      return null;
    } catch (JsonProcessingException e) {
      throw new IOException("devmapper: " + file + " cannot be read", e);
    }
  }

  private void write(Facts facts) throws IOException {
    Path fresh = file.resolveSibling(".base.json");
    Files.deleteIfExists(fresh);
    DurableText.write(fresh, Json.mapper().writeValueAsString(facts) + "\n", true);
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /** A pool that somebody else uses must not be taken by mistake. */
  private void mustBeUnused() throws IOException {
    ThinPool.State state = pool.state();
    if (state.dataUsed() != 0) {
      throw new IOException(
          "devmapper: Unable to take ownership of thin-pool ("
              + pool.name()
              + ") that already has used data blocks");
    }
    if (state.transaction() != 0) {
      throw new IOException(
          "devmapper: Unable to take ownership of thin-pool ("
              + pool.name()
              + ") with non-zero transaction ID");
    }
  }

  private Facts make() throws IOException {
    DeviceFileSystem system = new DeviceFileSystem(DeviceFileSystem.chosen(options), options);
    write(new Facts(false, "", system.type(), options.baseSize));
    String name = devices.name(NAME + ".");
    devices.deactivate(name, false); // of a crash in here
    pool.delete(ID);
    if (!pool.create(ID)) {
      throw new IOException("devmapper: the base device cannot be made: its number is taken");
    }
    try {
      Path device = devices.activate(name, ID, options.baseSize);
      LOG.info("making the file system {} on {}", system.type(), name);
      system.make(device, options.mkfsArguments);
      Facts facts = new Facts(true, system.uuid(device), system.type(), options.baseSize);
      devices.deactivate(name, false);
      write(facts);
      return facts;
    } catch (IOException e) {
      try {
        devices.deactivate(name, false);
        pool.delete(ID);
        Files.deleteIfExists(file);
      } catch (IOException second) {
        e.addSuppressed(second);
      }
      throw e;
    }
  }

  private Facts verified(Facts facts) throws IOException {
    DeviceFileSystem system = new DeviceFileSystem(facts.fileSystem(), options);
    String name = devices.name(NAME + ".");
    Path device = devices.activate(name, ID, facts.size());
    try {
      String uuid = system.uuid(device);
      if (!uuid.equals(facts.uuid())) {
        throw new IOException(
            "devmapper: Current Base Device UUID:"
                + uuid
                + " does not match with stored UUID:"
                + facts.uuid()
                + ". Possibly using a different thin pool than last invocation");
      }
    } finally {
      devices.deactivate(name, false);
    }
    if (options.fileSystem != null && !options.fileSystem.equals(facts.fileSystem())) {
      LOG.warn(
          "Base device already exists and has filesystem {} on it. User specified filesystem {}"
              + " will be ignored.",
          facts.fileSystem(),
          options.fileSystem);
    }
    return facts;
  }

  private Facts grown(Facts facts) throws IOException {
    if (!options.baseSizeGiven || options.baseSize == facts.size()) {
      return facts;
    }
    if (options.baseSize < facts.size()) {
      throw new IOException(
          "devmapper: Base device size cannot be smaller than " + SizeOption.human(facts.size()));
    }
    DeviceFileSystem system = new DeviceFileSystem(facts.fileSystem(), options);
    String name = devices.name(NAME + ".");
    Path device = devices.activate(name, ID, options.baseSize);
    Files.createDirectories(place);
    try {
      system.mount(device, place);
      try {
        system.grow(device, place);
      } finally {
        system.unmount(place);
      }
    } finally {
      Files.deleteIfExists(place);
      devices.deactivate(name, false);
    }
    Facts larger = new Facts(true, facts.uuid(), facts.fileSystem(), options.baseSize);
    write(larger);
    return larger;
  }
}
