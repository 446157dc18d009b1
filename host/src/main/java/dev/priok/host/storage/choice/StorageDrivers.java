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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The drivers there are, the best first, and the choice among them. */
public final class StorageDrivers {
  private static final Logger LOG = LoggerFactory.getLogger(StorageDrivers.class);

  /** Opens a driver below a data root. */
  private interface Opening {
    StorageDriver open(Path dataRoot, Map<String, String> options) throws IOException;
  }

  /** Looks whether a driver could work. */
  private interface Look {
    void at(Path trial) throws IOException;
  }

  /**
   * What is to be known of a driver before it is opened.
   *
   * @param layers the folder whose entries are its layers, below the data root
   * @param options what the names of its options begin with
   * @param byItself whether it may be chosen where nobody named it
   * @param look throws where it does not work here
   */
  private record Known(
      Opening opening, String layers, String options, boolean byItself, Look look) {

    static Known of(String name, String layers, Opening opening) {
      return new Known(opening, name + layers, name + ".", true, trial -> tryOut(opening, trial));
    }

    /** Without a device devicemapper would begin with two large files; aufs is in no kernel. */
    Known onlyByName() {
      return new Known(opening, layers, options, false, look);
    }
  }

  private static final Map<String, Known> DRIVERS = new LinkedHashMap<>();

  static {
    DRIVERS.put(OverlayStacking.NAME, Known.of(OverlayStacking.NAME, "", OverlayStacking::open));
    DRIVERS.put(FuseStacking.NAME, Known.of(FuseStacking.NAME, "", FuseStacking::open));
    DRIVERS.put(BtrfsTrees.NAME, Known.of(BtrfsTrees.NAME, "/subvolumes", BtrfsTrees::open));
    DRIVERS.put(ZfsTrees.NAME, Known.of(ZfsTrees.NAME, "/" + ZfsTrees.RECORDS, ZfsTrees::open));
    DRIVERS.put(OverlayTrees.NAME, Known.of(OverlayTrees.NAME, "", OverlayTrees::open));
    DRIVERS.put(VfsTrees.NAME, Known.of(VfsTrees.NAME, "", VfsTrees::open));
    DRIVERS.put(
        DevicemapperDriver.NAME,
        new Known(
            DevicemapperDriver::open,
            DevicemapperDriver.NAME + "/" + DevicemapperDriver.RECORDS,
            "dm.",
            false,
            // Opening it would make a pool.
            trial -> DevicemapperDriver.checkKernel()));
    DRIVERS.put(
        AufsTrees.NAME,
        Known.of(AufsTrees.NAME, "/" + AufsTrees.RECORDS, AufsTrees::open).onlyByName());
  }

  /** Names in the order of preference. */
  public List<String> names() {
    return List.copyOf(DRIVERS.keySet());
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
      return known(name.toLowerCase(Locale.ROOT)).opening().open(dataRoot, parsed);
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
      return known(prior.getFirst()).opening().open(dataRoot, parsed);
    }
    for (Map.Entry<String, Known> candidate : DRIVERS.entrySet()) {
      if (!candidate.getValue().byItself()) {
        continue;
      }
      try {
        return candidate.getValue().opening().open(dataRoot, parsed);
      } catch (DriverNotSupportedException e) {
        LOG.info("storage driver {} does not work here: {}", candidate.getKey(), e.getMessage());
      }
    }
    throw new IOException("no supported storage driver found");
  }

  private static Known known(String name) throws IOException {
    Known known = DRIVERS.get(name);
    if (known == null) {
      throw new DriverNotSupportedException("driver not supported");
    }
    return known;
  }

  /**
   * Drivers that keep layers below the root. Those of vfs bind to it only where no other driver has
   * any: as with Docker, trials with vfs do not stand in the way of a real driver.
   */
  private List<String> prior(Path dataRoot) throws IOException {
    List<String> result = new ArrayList<>();
    for (String name : DRIVERS.keySet()) {
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
  public static String optionPrefix(String name) throws IOException {
    return known(name).options();
  }

  /**
   * Why a driver does not work here; empty where it does.
   *
   * @param trial a folder on the data root's file system that is removed afterwards
   */
  public String whyNot(String name, Path trial) {
    try {
      known(name).look().at(trial);
      return "";
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static void tryOut(Opening opening, Path trial) throws IOException {
    try (StorageDriver opened = opening.open(trial, Map.of())) {
      if (!opened.layers().isEmpty()) {
        throw new IOException("the trial began with layers");
      }
    }
  }

  /** Whether a driver keeps layers below the root. */
  public static boolean hasLayers(Path dataRoot, String name) throws IOException {
    return holdsAny(dataRoot.resolve(known(name).layers()));
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
