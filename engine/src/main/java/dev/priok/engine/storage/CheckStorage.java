package dev.priok.engine.storage;

import dev.priok.engine.containers.ContainerRecord;
import dev.priok.engine.containers.ContainersRoom;
import dev.priok.engine.images.LayerRecord;
import dev.priok.engine.storage.Finding.Kind;
import dev.priok.host.archive.Compression;
import dev.priok.host.storage.LayerId;
import dev.priok.host.storage.StorageDriver;
import dev.priok.host.storage.choice.StorageDrivers;
import dev.priok.host.store.Blobs;
import dev.priok.host.store.Store;
import dev.priok.model.id.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code priok storage check} and {@code repair}: compares a driver's layers with the records.
 *
 * <p>An image layer that is missing or different is made again from the tar it came from, and so is
 * what stands on it; each under a new name that its record gets when it is complete, so that a
 * repair that is ended leaves nothing half-made that a record names. Where a container's own layer
 * stands on it nothing is touched: the container's work would go with it.
 */
public final class CheckStorage {
  private final Path root;
  private final Inventory inventory;
  private final Blobs blobs;
  private final StorageDriver driver;
  private final boolean contents;

  /**
   * A check of one driver.
   *
   * @param contents read every file of every image layer, not only what directories tell of it
   */
  public CheckStorage(Path root, Store store, Blobs blobs, StorageDriver driver, boolean contents) {
    this.contents = contents;
    this.root = root;
    this.inventory = new Inventory(store);
    this.blobs = blobs;
    this.driver = driver;
  }

  /** Everything that differs; changes nothing. */
  public List<Finding> check() throws IOException {
    List<Finding> findings = new ArrayList<>();
    Set<LayerId> used = usedByContainers();
    Map<Digest, LayerRecord> all = inventory.byChain();
    for (LayerRecord layer : inventory.imageLayers()) {
      imageLayer(layer, all, used, findings);
    }
    for (ContainerRecord container : inventory.containers()) {
      container(container, findings);
    }
    for (LayerId leaked : leaked()) {
      findings.add(
          new Finding(
              Kind.LEAKED,
              "layer " + leaked + " in " + driver.name() + " belongs to no image or container",
              "removes it"));
    }
    remains(findings);
    otherDrivers(findings);
    return findings;
  }

  private void imageLayer(
      LayerRecord layer, Map<Digest, LayerRecord> all, Set<LayerId> used, List<Finding> findings)
      throws IOException {
    boolean packed = blobs.has(layer.blob().digest());
    if (!packed) {
      findings.add(
          new Finding(
              Kind.MISSING,
              "blob "
                  + layer.blob().digest()
                  + " of image layer "
                  + layer.chainId()
                  + ": the image runs, and cannot be saved, pushed or moved to another driver",
              ""));
    }
    String cure =
        !packed || used.contains(layer.layer())
            ? ""
            : "makes it again from its tar, with the image layers on top";
    if (!driver.exists(layer.layer())) {
      findings.add(
          new Finding(
              Kind.MISSING,
              "layer " + layer.layer() + " of image layer " + layer.chainId() + needs(used, layer),
              cure));
      return;
    }
    String difference = difference(layer, all);
    if (difference != null) {
      findings.add(
          new Finding(
              Kind.DIFFERENT,
              "layer "
                  + layer.layer()
                  + " of image layer "
                  + layer.chainId()
                  + ": "
                  + difference
                  + needs(used, layer),
              cure));
    }
  }

  private static String needs(Set<LayerId> used, LayerRecord layer) {
    return used.contains(layer.layer()) ? " (containers stand on it)" : "";
  }

  private @Nullable String difference(LayerRecord layer, Map<Digest, LayerRecord> all) {
    LayerRecord below = layer.parent() == null ? null : all.get(layer.parent());
    LayerId expected = below == null ? null : below.layer();
    try {
      LayerId parent = driver.parent(layer.layer());
      if (!java.util.Objects.equals(parent, expected)) {
        return "it stands on " + parent + ", and should on " + expected;
      }
      if (below != null && !driver.exists(below.layer())) {
        return "what it stands on is missing";
      }
      if (blobs.has(layer.blob().digest())) {
        return compared(layer);
      }
      return null;
    } catch (IOException | RuntimeException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private @Nullable String compared(LayerRecord layer) throws IOException {
    Path shown = driver.mount(layer.layer());
    try (InputStream packed = blobs.open(layer.blob().digest());
        InputStream tar = Compression.decompress(packed)) {
      return CompareLayer.first(tar, shown, contents);
    } finally {
      driver.unmount(layer.layer());
    }
  }

  private void container(ContainerRecord container, List<Finding> findings) throws IOException {
    if (!container.storageDriver().equals(driver.name())) {
      findings.add(
          new Finding(
              Kind.DIFFERENT,
              "container "
                  + container.name()
                  + " was made with "
                  + container.storageDriver()
                  + " and not with "
                  + driver.name(),
              ""));
      return;
    }
    for (LayerId layer : ContainersRoom.layers(container)) {
      try {
        if (!driver.exists(layer)) {
          findings.add(
              new Finding(
                  Kind.MISSING,
                  "layer "
                      + layer
                      + " of container "
                      + container.name()
                      + ": what it wrote is lost; remove the container",
                  ""));
        } else {
          driver.mount(layer);
          driver.unmount(layer);
        }
      } catch (IOException | RuntimeException e) {
        findings.add(
            new Finding(
                Kind.DIFFERENT,
                "layer " + layer + " of container " + container.name() + ": " + e.getMessage(),
                ""));
      }
    }
  }

  /** Layers below a container's, its own included. */
  private Set<LayerId> usedByContainers() {
    Set<LayerId> used = new HashSet<>();
    for (ContainerRecord container : inventory.containers()) {
      for (LayerId start : ContainersRoom.layers(container)) {
        try {
          LayerId layer = start;
          while (layer != null && driver.exists(layer) && used.add(layer)) {
            layer = driver.parent(layer);
          }
          if (layer != null) {
            used.add(layer);
          }
        } catch (IOException | RuntimeException damaged) {
          // told of by the container's own check; what is known to be used stays so
          used.add(start);
        }
      }
    }
    return used;
  }

  private Set<LayerId> leaked() throws IOException {
    Set<LayerId> known = inventory.known();
    Set<LayerId> result = new HashSet<>();
    for (LayerId layer : driver.layers()) {
      if (known.contains(layer)) {
        continue;
      }
      LayerId below = parentOrNull(layer);
      boolean init = layer.value().endsWith("init") && (below == null || known.contains(below));
      if (!init) {
        result.add(layer);
      }
    }
    return result;
  }

  private @Nullable LayerId parentOrNull(LayerId layer) {
    try {
      return driver.parent(layer);
    } catch (IOException | RuntimeException e) {
      return null;
    }
  }

  private void remains(List<Finding> findings) throws IOException {
    Path temporary = root.resolve(driver.name()).resolve(".tmp");
    if (!Files.isDirectory(temporary)) {
      return;
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(temporary)) {
      for (Path entry : entries) {
        findings.add(
            new Finding(Kind.LEAKED, entry + " is left of a call that was ended", "removes it"));
      }
    }
  }

  private void otherDrivers(List<Finding> findings) throws IOException {
    for (String name : new StorageDrivers().names()) {
      if (!name.equals(driver.name()) && StorageDrivers.hasLayers(root, name)) {
        findings.add(
            new Finding(
                Kind.LEAKED,
                root.resolve(name)
                    + " has layers of another driver; look at them with"
                    + " --storage-driver "
                    + name
                    + ", and remove the folder if none is needed",
                ""));
      }
    }
  }

  /**
   * Cures what can be.
   *
   * @return what was found; what is not curable is left as it was
   */
  public List<Finding> repair() throws IOException {
    List<Finding> findings = check();
    if (findings.stream().noneMatch(Finding::isCurable)) {
      return findings;
    }
    Set<LayerId> used = usedByContainers();
    Map<Digest, LayerRecord> all = inventory.byChain();
    CopyLayers copy = new CopyLayers(blobs);
    Set<Digest> again = new HashSet<>();
    for (LayerRecord layer : inventory.imageLayers()) { // each after the one it stands on
      boolean below = layer.parent() != null && again.contains(layer.parent());
      boolean wrong = below || !driver.exists(layer.layer()) || difference(layer, all) != null;
      if (wrong && !used.contains(layer.layer()) && blobs.has(layer.blob().digest())) {
        LayerRecord made = layer.inDriverAs(LayerId.random());
        copy.image(made, all, driver);
        inventory.put(made);
        all.put(made.chainId(), made);
        again.add(made.chainId());
      }
    }
    driver.sweep(inventory.known());
    return findings;
  }
}
