package dev.priok.host.storage.choice;

import dev.priok.host.storage.DriverNotSupportedException;
import dev.priok.host.storage.StorageDriver;
import dev.priok.host.storage.aufs.AufsTrees;
import dev.priok.host.storage.btrfs.BtrfsTrees;
import dev.priok.host.storage.devicemapper.DevicemapperDriver;
import dev.priok.host.storage.devicemapper.PoolOptions;
import dev.priok.host.storage.fuse.FuseStacking;
import dev.priok.host.storage.overlay.OverlayTrees;
import dev.priok.host.storage.overlay2.OverlayStacking;
import dev.priok.host.storage.stack.StackFolder;
import dev.priok.host.storage.vfs.VfsTrees;
import dev.priok.host.storage.zfs.ZfsTrees;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The drivers there are, the best first, and the choice among them. */
public final class StorageDrivers {
  private static final Logger LOG = LoggerFactory.getLogger(StorageDrivers.class);

  private final Map<String, Opening> drivers = new LinkedHashMap<>();

  /** All drivers of this host module. */
  public StorageDrivers() {
    drivers.put(OverlayStacking.NAME, OverlayStacking::open);
    drivers.put(FuseStacking.NAME, FuseStacking::open);
    drivers.put(BtrfsTrees.NAME, BtrfsTrees::open);
    drivers.put(ZfsTrees.NAME, ZfsTrees::open);
    drivers.put(OverlayTrees.NAME, OverlayTrees::open);
    drivers.put(VfsTrees.NAME, VfsTrees::open);
    drivers.put(DevicemapperDriver.NAME, DevicemapperDriver::open);
    drivers.put(AufsTrees.NAME, AufsTrees::open);
  }

  /**
   * Never chosen by themselves, as with Docker: without a device the one would begin with two large
   * files, and the other is no part of the kernel.
   */
  private static final Set<String> ONLY_BY_NAME = Set.of(DevicemapperDriver.NAME, AufsTrees.NAME);

  private interface Opening {
    StorageDriver open(Path dataRoot, Map<String, String> options) throws IOException;
  }

  /** Names in the order of preference. */
  public List<String> names() {
    return List.copyOf(drivers.keySet());
  }

  /**
   * Opens a driver: the one named; else the one whose layers are there; else the first that works.
   *
   * @param name what {@code --storage-driver} says, or null
   * @param options {@code --storage-opt} values, {@code key=value} each
   */
  public StorageDriver open(@Nullable String name, Path dataRoot, List<String> options)
      throws IOException {
    Map<String, String> parsed = parse(options);
    if (name != null && !name.isEmpty()) {
      return opening(name.toLowerCase(Locale.ROOT)).open(dataRoot, parsed);
    }
    List<String> prior = prior(dataRoot);
    if (prior.size() > 1) {
      throw new IOException(
          dataRoot
              + " contains several valid graphdrivers: "
              + String.join(", ", prior)
              + "; cleanup or explicitly choose storage driver (-s <DRIVER>)");
    }
    if (prior.size() == 1) {
      LOG.info("using prior storage driver: {}", prior.getFirst());
      return opening(prior.getFirst()).open(dataRoot, parsed);
    }
    for (Map.Entry<String, Opening> candidate : drivers.entrySet()) {
      if (ONLY_BY_NAME.contains(candidate.getKey())) {
        continue;
      }
      try {
        return candidate.getValue().open(dataRoot, parsed);
      } catch (DriverNotSupportedException e) {
        LOG.info("storage driver {} does not work here: {}", candidate.getKey(), e.getMessage());
      }
    }
    throw new IOException("no supported storage driver found");
  }

  private Opening opening(String name) throws IOException {
    Opening opening = drivers.get(name);
    if (opening == null) {
      throw new DriverNotSupportedException("driver not supported");
    }
    return opening;
  }

  /**
   * Drivers that keep layers below the root. Those of vfs bind to it only where no other driver has
   * any: as with Docker, trials with vfs do not stand in the way of a real driver.
   */
  private List<String> prior(Path dataRoot) throws IOException {
    List<String> result = new ArrayList<>();
    for (String name : drivers.keySet()) {
      if (hasLayers(dataRoot, name)) {
        result.add(name);
      }
    }
    if (result.size() > 1) {
      result.remove(VfsTrees.NAME);
    }
    return result;
  }

  /** What the names of a driver's options begin with. */
  public static String optionPrefix(String name) {
    return (name.equals(DevicemapperDriver.NAME) ? "dm" : name) + ".";
  }

  /**
   * Why a driver does not work here; empty where it does.
   *
   * @param trial a folder on the data root's file system that is removed afterwards
   */
  public String whyNot(String name, Path trial) {
    try {
      if (name.equals(DevicemapperDriver.NAME)) {
        DevicemapperDriver.checkKernel(); // a trial would make a pool
        return "";
      }
      try (StorageDriver opened = opening(name).open(trial, Map.of())) {
        return opened.layers().isEmpty() ? "" : "the trial began with layers";
      }
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }

  /** Whether a driver keeps layers below the root. */
  public static boolean hasLayers(Path dataRoot, String name) throws IOException {
    Path folder = dataRoot.resolve(name);
    return holdsAny(
        switch (name) {
          case BtrfsTrees.NAME -> folder.resolve("subvolumes");
          case ZfsTrees.NAME -> folder.resolve(ZfsTrees.RECORDS);
          case DevicemapperDriver.NAME -> folder.resolve(DevicemapperDriver.RECORDS);
          case AufsTrees.NAME -> folder.resolve(AufsTrees.RECORDS);
          default -> folder;
        });
  }

  private static boolean holdsAny(Path folder) throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        String name = entry.getFileName().toString();
        if (!name.startsWith(".") && !name.equals(StackFolder.LINKS)) {
          return true;
        }
      }
      return false;
    } catch (NoSuchFileException | NotDirectoryException e) {
      return false;
    }
  }

  private static Map<String, String> parse(List<String> options) throws IOException {
    Map<String, String> result = new LinkedHashMap<>();
    for (String option : options) {
      int equals = option.indexOf('=');
      if (equals < 0) {
        throw new IOException("Unable to parse key/value option: " + option);
      }
      String key = option.substring(0, equals).strip().toLowerCase(Locale.ROOT);
      String value = option.substring(equals + 1).strip();
      result.merge(
          key,
          value,
          (first, second) ->
              PoolOptions.isRepeated(key) ? first + PoolOptions.SEVERAL + second : second);
    }
    return result;
  }
}
