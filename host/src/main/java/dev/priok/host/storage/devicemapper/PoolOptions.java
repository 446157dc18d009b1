package dev.priok.host.storage.devicemapper;

import dev.priok.host.storage.layer.SizeOption;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The options {@code dm.*} of the daemon, checked; defaults and sentences are Docker's. */
public final class PoolOptions {
  /** Between the values of an option that came several times. */
  public static final String SEVERAL = "\n";

  private static final String PREFIX = "devmapper: ";
  private static final long BLOCK_UNIT = 64L << 10;
  private static final long LARGEST_BLOCK = 1L << 30;
  private static final int HUNDRED = 100;
  private static final Set<String> YES = Set.of("1", "t", "T", "TRUE", "true", "True");
  private static final Set<String> NO = Set.of("0", "f", "F", "FALSE", "false", "False");

  /** Bytes of the file that holds the data, without a device given. */
  long loopDataSize = 100L << 30;

  /** Bytes of the file that holds the pool's own records. */
  long loopMetadataSize = 2L << 30;

  /** Bytes of an image's or a container's file system. */
  long baseSize = 10L << 30;

  /** Whether somebody asked for {@link #baseSize}. */
  boolean baseSizeGiven;

  /** Bytes of the smallest piece of data that is kept once for several layers. */
  long blockSize = BLOCK_UNIT;

  /** {@code ext4} or {@code xfs}; null for the better one that is there. */
  @Nullable String fileSystem;

  final List<String> mkfsArguments = new ArrayList<>();
  String mountOptions = "";
  @Nullable String dataDevice;
  @Nullable String metadataDevice;

  /** Name of a thin pool that somebody else made. */
  @Nullable String thinPool;

  /** Whether blocks of removed layers are given back to what is below the pool. */
  boolean discard;

  boolean deferredRemoval;
  boolean deferredDeletion;
  boolean noUdevCheck;

  /** Percent of the pool's blocks that must be free for a new layer. */
  int leastFreePercent = 10;

  /** What xfs does with its own records when the pool is full: so many trials, then an error. */
  String xfsRetries = "0";

  @Nullable String lvmDevice;
  boolean lvmForce;
  int lvmDataPercent;
  int lvmMetadataPercent;
  int lvmExtendPercent;
  int lvmExtendThreshold;

  private @Nullable Boolean discardGiven;

  private PoolOptions() {}

  /** Options that may come several times, each adding to those before. */
  public static boolean isRepeated(String key) {
    return key.equals("dm.mkfsarg") || key.equals("dm.mountopt");
  }

  static PoolOptions parse(Map<String, String> options) throws IOException {
    PoolOptions result = new PoolOptions();
    for (Map.Entry<String, String> option : options.entrySet()) {
      result.take(option.getKey(), option.getValue());
    }
    result.checkTogether();
    return result;
  }

  private void take(String key, String value) throws IOException {
    switch (key) {
      case "dm.basesize" -> {
        baseSize = size(key, value);
        baseSizeGiven = true;
      }
      case "dm.loopdatasize" -> loopDataSize = size(key, value);
      case "dm.loopmetadatasize" -> loopMetadataSize = size(key, value);
      case "dm.fs" -> {
        if (!value.equals("ext4") && !value.equals("xfs")) {
          throw new IOException(PREFIX + "Unsupported filesystem " + value);
        }
        fileSystem = value;
      }
      case "dm.mkfsarg" -> mkfsArguments.addAll(List.of(value.split(SEVERAL, -1)));
      case "dm.mountopt" -> mountOptions = value.replace(SEVERAL, ",");
      case "dm.metadatadev" -> metadataDevice = value;
      case "dm.datadev" -> dataDevice = value;
      case "dm.thinpooldev" ->
          thinPool =
              value.startsWith("/dev/mapper/") ? value.substring("/dev/mapper/".length()) : value;
      case "dm.blkdiscard" -> discardGiven = truth(key, value);
      case "dm.blocksize" -> blockSize = blocks(value);
      case "dm.override_udev_sync_check" -> noUdevCheck = truth(key, value);
      case "dm.use_deferred_removal" -> deferredRemoval = truth(key, value);
      case "dm.use_deferred_deletion" -> deferredDeletion = truth(key, value);
      case "dm.min_free_space" -> leastFreePercent = leastFree(value);
      case "dm.xfs_nospace_max_retries" -> xfsRetries = Long.toString(number(key, value));
      case "dm.directlvm_device" -> lvmDevice = value;
      case "dm.directlvm_device_force" -> lvmForce = truth(key, value);
      case "dm.thinp_percent" -> lvmDataPercent = percent(key, value, HUNDRED - 1);
      case "dm.thinp_metapercent" -> lvmMetadataPercent = percent(key, value, HUNDRED - 1);
      case "dm.thinp_autoextend_percent" -> lvmExtendPercent = percent(key, value, HUNDRED);
      case "dm.thinp_autoextend_threshold" -> lvmExtendThreshold = percent(key, value, HUNDRED);
      case "dm.libdm_log_level" -> logLevel(value);
      default -> throw new IOException(PREFIX + "Unknown option " + key);
    }
  }

  private void checkTogether() throws IOException {
    boolean lvm =
        lvmDevice != null
            || lvmDataPercent != 0
            || lvmMetadataPercent != 0
            || lvmExtendPercent != 0
            || lvmExtendThreshold != 0;
    if (lvm && lvmDevice == null) {
      throw new IOException(
          "must provide device path in `dm.directlvm_device` in order to configure direct-lvm");
    }
    if ((lvmDataPercent > 0) != (lvmMetadataPercent > 0)) {
      throw new IOException(
          "must set both `dm.thinp_percent` and `dm.thinp_metapercent` if either is specified");
    }
    if (lvmDataPercent + lvmMetadataPercent > HUNDRED) {
      throw new IOException(
          "combined `dm.thinp_percent` and `dm.thinp_metapercent` must not be greater than 100");
    }
    if (lvm && thinPool != null) {
      throw new IOException("cannot setup direct-lvm when `dm.thinpooldev` is also specified");
    }
    if ((dataDevice == null) != (metadataDevice == null)) {
      // one on a device and one in a file is nothing anybody wants, and loses both at once
      throw new IOException(PREFIX + "dm.datadev and dm.metadatadev belong together");
    }
    if (thinPool != null && dataDevice != null) {
      throw new IOException(PREFIX + "dm.thinpooldev and dm.datadev exclude each other");
    }
    if (deferredDeletion && !deferredRemoval) {
      throw new IOException(
          PREFIX
              + "Deferred deletion can not be enabled as deferred removal is not enabled. Enable"
              + " deferred removal using --storage-opt dm.use_deferred_removal=true parameter");
    }
    boolean loops = thinPool == null && dataDevice == null && lvmDevice == null;
    Boolean asked = discardGiven;
    discard = asked == null ? loops : asked;
  }

  private static long size(String key, String value) throws IOException {
    long bytes = SizeOption.bytes(value);
    if (bytes <= 0) {
      throw new IOException(PREFIX + "Invalid value " + value + " for option " + key);
    }
    return bytes;
  }

  /** The kernel's rule: 64 KiB to 1 GiB, in steps of 64 KiB. */
  private static long blocks(String value) throws IOException {
    long bytes = SizeOption.bytes(value);
    if (bytes < BLOCK_UNIT || bytes > LARGEST_BLOCK || bytes % BLOCK_UNIT != 0) {
      throw new IOException(
          PREFIX
              + "Invalid value "
              + value
              + " for option dm.blocksize: 64k to 1g, a multiple of 64k");
    }
    return bytes;
  }

  private static boolean truth(String key, String value) throws IOException {
    if (YES.contains(value)) {
      return true;
    }
    if (NO.contains(value)) {
      return false;
    }
    throw new IOException(key + ": strconv.ParseBool: parsing \"" + value + "\": invalid syntax");
  }

  private static long number(String key, String value) throws IOException {
    try {
      long number = Long.parseLong(value);
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw new IOException("could not parse `" + key + "=" + value + "`");
  }

  private static int percent(String key, String value, int most) throws IOException {
    long number = number(key, value.endsWith("%") ? value.substring(0, value.length() - 1) : value);
    if (number > most) {
      throw new IOException(key + " must be greater than 0 and less than 100");
    }
    return (int) number;
  }

  private static int leastFree(String value) throws IOException {
    if (!value.endsWith("%")) {
      throw new IOException(PREFIX + "Option dm.min_free_space requires % suffix");
    }
    long number = number("dm.min_free_space", value.substring(0, value.length() - 1));
    if (number >= HUNDRED) {
      throw new IOException(PREFIX + "Invalid value " + value + " for option dm.min_free_space");
    }
    return (int) number;
  }

  /** There is no libdm here whose words could be more or fewer. */
  private static void logLevel(String value) throws IOException {
    long level = number("dm.libdm_log_level", value);
    if (level < 2 || level > 7) {
      throw new IOException("dm.libdm_log_level must be in range [2,7]");
    }
  }
}
