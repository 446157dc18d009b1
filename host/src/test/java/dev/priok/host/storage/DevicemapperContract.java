package dev.priok.host.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.priok.host.archive.Tars;
import dev.priok.host.storage.StorageDriver.WritableOptions;
import dev.priok.host.storage.choice.StorageDrivers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the driver devicemapper does on every pool. Needs device-mapper in the kernel. */
abstract class DevicemapperContract extends StorageDriverContract {
  static boolean isHere() {
    return Files.exists(Path.of("/dev/mapper/control"));
  }

  /** Options besides those of the pool. */
  List<String> options() {
    return List.of("dm.basesize=48m", "dm.fs=ext4");
  }

  abstract List<String> poolOptions(Path dataRoot) throws IOException;

  @Override
  StorageDriver open(Path dataRoot) throws IOException {
    List<String> all = new ArrayList<>(options());
    all.addAll(poolOptions(dataRoot));
    return new StorageDrivers().open("devicemapper", dataRoot, all);
  }

  @Override
  boolean limitsSizes() {
    return true;
  }

  @Override
  int limitMegabytes() {
    return 64;
  }

  @AfterEach
  void nothingIsLeft() throws IOException {
    String own = "-" + Files.getAttribute(dataRoot.resolve("devicemapper"), "unix:ino") + "-";
    List<String> left = List.of("unknown");
    for (int i = 0; i < 50 && !left.isEmpty(); i++) {
      left =
          devices().stream()
              .filter(name -> name.contains(own))
              .filter(name -> name.endsWith("-box") || name.endsWith("-base"))
              .toList();
      if (!left.isEmpty()) {
        LockSupport.parkNanos(100_000_000); // one that was open goes a moment later
      }
    }
    assertThat(left).isEmpty();
  }

  static List<String> devices() throws IOException {
    return said("dmsetup", "ls").lines().map(line -> line.split("\\s", 2)[0]).toList();
  }

  static String said(String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    return new String(
        process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
  }

  private String device(LayerId layer) {
    return driver.details(layer).getOrDefault("DeviceName", "");
  }

  @Test
  void aDeviceIsThereWhileItIsUsed() throws IOException {
    base(Tars.tar().file("a", "a"));
    box(BASE);
    assertThat(devices()).contains(device(BOX)).doesNotContain(device(BASE));
    driver.unmount(BOX);
    assertThat(devices()).doesNotContain(device(BOX));
    assertThat(driver.details(BOX)).containsKeys("DeviceId", "DeviceName", "DeviceSize");
  }

  @Test
  void aSmallerSizeThanTheImagesIsRefused() throws IOException {
    base(Tars.tar().file("a", "a"));
    assertThatThrownBy(
            () -> driver.createWritable(BOX, BASE, new WritableOptions(Map.of("size", "1m"), 0, 0)))
        .hasMessageStartingWith("devmapper: Container size cannot be smaller than ");
    assertThat(driver.exists(BOX)).isFalse();
  }

  /** The image is mounted while a container begins: it must be still for that moment. */
  @Test
  void aSnapshotOfAMountedLayerHasWhatWasWritten() throws IOException {
    base(Tars.tar().file("a", "a"));
    Path root = driver.mount(BASE);
    Files.writeString(root.resolve("late"), "not yet on the disk");
    driver.createWritable(BOX, BASE, WritableOptions.DEFAULT);
    driver.unmount(BASE);
    assertThat(driver.mount(BOX).resolve("late")).hasContent("not yet on the disk");
    driver.unmount(BOX);
  }

  /** As a kill leaves them: an intention without, with, and after the device. */
  @Test
  void whatACrashLeftIsSwept() throws IOException {
    base(Tars.tar().file("a", "a"));
    box(BASE);
    Path folder = dataRoot.resolve("devicemapper");
    String id = driver.details(BOX).getOrDefault("DeviceId", "");
    String device = device(BOX);
    Files.move(folder.resolve("layers/box"), folder.resolve(".tmp/box@1")); // being removed
    Files.writeString(
        folder.resolve(".tmp/made@2"),
        "{\"device_id\":4711,\"size\":50331648,\"transaction_id\":9}");
    Files.writeString(folder.resolve(".tmp/cut@3"), "{\"device_i");
    LoopMount.run(List.of("dmsetup", "suspend", device));
    LoopMount.run(List.of("dmsetup", "resume", device));
    restart();
    driver.sweep(Set.of(BASE));
    assertThat(folder.resolve(".tmp")).isEmptyDirectory();
    assertThat(devices()).doesNotContain(device);
    assertThat(mounts()).isEmpty();
    // the number is free again: the pool knows nothing of it
    driver.createWritable(BOX, BASE, WritableOptions.DEFAULT);
    assertThat(driver.details(BOX)).containsEntry("DeviceId", id);
  }

  /** A kill while an image was still for a snapshot: its containers must not hang. */
  @Test
  void aSuspendedDeviceGoesOnAfterARestart() throws IOException {
    base(Tars.tar().file("a", "a"));
    Path root = box(BASE);
    LoopMount.run(List.of("dmsetup", "suspend", device(BOX)));
    restart();
    Files.writeString(root.resolve("b"), "b");
    driver.mount(BOX);
    driver.unmount(BOX);
  }

  @Test
  void aRecordEditedByHandIsToldAndTheLayerCanGo() throws IOException {
    base(Tars.tar().file("a", "a"));
    Path record = dataRoot.resolve("devicemapper/layers/base");
    String before = Files.readString(record);
    Files.writeString(record, "{}");
    assertThatThrownBy(() -> driver.mount(BASE))
        .hasMessage("layer base is damaged: its record cannot be read");
    Files.writeString(record, before.replaceFirst("\"device_id\":\\d+", "\"device_id\":999"));
    assertThatThrownBy(() -> driver.mount(BASE))
        .hasMessageStartingWith("devmapper: device 999 is not in the thin pool ");
    Files.writeString(record, before);
    assertThat(driver.mount(BASE).resolve("a")).hasContent("a");
    driver.unmount(BASE);
    Files.writeString(record, "garbage");
    driver.remove(BASE);
    base(Tars.tar().file("a", "again"));
  }

  @Test
  void aPoolThatIsOlderThanItsLayersIsRefused() throws IOException {
    base(Tars.tar().file("a", "a"));
    Path record = dataRoot.resolve("devicemapper/layers/base");
    String before = Files.readString(record);
    Files.writeString(
        record, before.replaceFirst("\"transaction_id\":\\d+", "\"transaction_id\":999"));
    driver.close();
    assertThatThrownBy(() -> open(dataRoot)).hasMessageContaining("is older than its layers");
    Files.writeString(record, before);
    driver = open(dataRoot);
  }

  @Test
  void anotherBaseIsRefusedAndALargerOneGrows() throws IOException {
    base(Tars.tar().file("a", "a"));
    driver.close();
    List<String> larger = new ArrayList<>(poolOptions(dataRoot));
    larger.add("dm.basesize=80m");
    StorageDrivers drivers = new StorageDrivers();
    if (options().contains("dm.fs=ext4")) {
      driver = drivers.open("devicemapper", dataRoot, larger);
      assertThat(driver.status()).containsEntry("Base Device Size", "83.89MB");
      LayerId fresh = new LayerId("fresh");
      driver.create(fresh, null);
      assertThat(driver.mount(fresh).toFile().getTotalSpace()).isGreaterThan(60L << 20);
      driver.unmount(fresh);
      driver.remove(fresh);
      driver.close();
    }
    List<String> smaller = new ArrayList<>(poolOptions(dataRoot));
    smaller.add("dm.basesize=20m");
    assertThatThrownBy(() -> drivers.open("devicemapper", dataRoot, smaller))
        .hasMessageStartingWith("devmapper: Base device size cannot be smaller than ");
    List<String> same = new ArrayList<>(poolOptions(dataRoot));
    driver = drivers.open("devicemapper", dataRoot, same);
  }
}
