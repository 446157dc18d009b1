package dev.priok.engine.volumes;

import dev.priok.engine.disk.SizeKeeper;
import dev.priok.engine.disk.Sized;
import dev.priok.host.archive.TreeSize;
import dev.priok.model.api.volume.Volume;
import dev.priok.model.api.volume.VolumeBuilder;
import dev.priok.model.api.volume.VolumeUsageData;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;

/** How much room volumes take; the figures are kept, see {@link SizeKeeper}. */
public final class VolumeSizes {
  private final VolumeService volumes;
  private final Function<String, List<Object>> activity;
  private final Predicate<String> inUse;
  private final SizeKeeper keeper;

  /**
   * Sizes of the volumes of this host.
   *
   * @param activity of the containers that have a volume: equal while they can have written nothing
   * @param inUse whether one of them runs
   */
  public VolumeSizes(
      VolumeService volumes,
      Function<String, List<Object>> activity,
      Predicate<String> inUse,
      SizeKeeper keeper) {
    this.volumes = volumes;
    this.activity = activity;
    this.inUse = inUse;
    this.keeper = keeper;
  }

  /**
   * The volumes that {@code docker system df} counts, as in Docker those of the driver {@code
   * local} without options, each with its size (-1 where it is not known) and its references.
   */
  public List<Volume> usage() {
    List<Volume> all = volumes.plain();
    Map<String, Long> sizes = keeper.sizes(all.stream().map(v -> sized(name(v))).toList());
    return all.stream()
        .map(v ->
            VolumeBuilder.builder(v)
                .usageData(
                    new VolumeUsageData(
                        sizes.getOrDefault(key(name(v)), -1L), (long) volumes.references(name(v))))
                .build())
        .toList();
  }

  /** Whose sizes are to be kept. */
  public List<Sized> sized() {
    return volumes.plain().stream().map(v -> sized(name(v))).toList();
  }

  private static String name(Volume volume) {
    return String.valueOf(volume.name());
  }

  private static String key(String name) {
    return "volume/" + name;
  }

  private Sized sized(String name) {
    return new Sized() {
      @Override
      public String key() {
        return VolumeSizes.key(name);
      }

      @Override
      public Object stamp() {
        return List.of(activity.apply(name), volumes.uses(name));
      }

      @Override
      public boolean inUse() {
        return inUse.test(name);
      }

      @Override
      public Size measure() throws IOException {
        TreeSize.Counted counted = volumes.count(name);
        return new Size(counted.bytes(), counted::looksUnchanged);
      }
    };
  }
}
