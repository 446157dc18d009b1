package dev.priok.host.logging.drivers;

import dev.priok.model.error.EngineException;
import dev.priok.model.size.ByteSizes;
import java.util.Map;

/**
 * When log files are rotated: {@code max-size}, {@code max-file} and {@code compress}.
 *
 * <p>Where the user says nothing, json-file keeps 5 files of 100 MiB (Docker: one without end,
 * which fills disks), and the local log 5 of 20 MiB (as Docker's {@code local}), or for the
 * container of a json-file the same as that.
 *
 * @param maxBytes size of one file; 0 for no limit
 * @param maxFiles number of files, the one being written included
 * @param packed whether rotated ones are compressed
 */
public record FileLimits(long maxBytes, int maxFiles, boolean packed) {
  private static final long JSON_SIZE = 100L << 20;
  private static final long LOCAL_SIZE = 20L << 20;
  private static final int FILES = 5;

  /** Of the JSON file. */
  public static FileLimits jsonFile(Map<String, String> options) {
    String size = options.get("max-size");
    String files = options.get("max-file");
    String compress = options.get("compress");
    long bytes = JSON_SIZE;
    int count = files == null && size != null ? 1 : FILES;
    if (size != null) {
      bytes = size.equals("-1") ? 0 : ByteSizes.parse(size, "max-size");
      if (bytes <= 0 && !size.equals("-1")) {
        throw EngineException.invalid("max-size must be a positive number");
      }
    }
    if (files != null) {
      count = count(files);
      if (count < 1) {
        throw EngineException.invalid("max-file cannot be less than 1");
      }
    }
    boolean packed = compress == null || compress(compress);
    if (compress != null && packed && (count == 1 || bytes == 0)) {
      throw EngineException.invalid(
          "compress cannot be true when max-file is less than 2 or max-size is not set");
    }
    return new FileLimits(bytes, count, packed);
  }

  /**
   * Of the local log.
   *
   * @param prefix {@code cache-} where it is only what {@code docker logs} reads
   */
  public static FileLimits local(Map<String, String> options, String prefix) {
    String size = options.get(prefix + "max-size");
    String files = options.get(prefix + "max-file");
    String compress = options.get(prefix + "compress");
    long bytes = size == null ? LOCAL_SIZE : ByteSizes.parse(size, prefix + "max-size");
    int count = files == null ? FILES : count(files);
    if (count < 0) {
      throw EngineException.invalid("max-file must not be negative");
    }
    boolean packed = compress == null || compress(compress);
    if (compress != null && packed && count <= 1) {
      throw EngineException.invalid("compression cannot be enabled when max file count is 1");
    }
    return new FileLimits(bytes, count, packed);
  }

  /** No file larger than that; 0 changes nothing. */
  FileLimits under(long largestFile) {
    boolean smaller = largestFile > 0 && (maxBytes == 0 || maxBytes > largestFile);
    return smaller ? new FileLimits(largestFile, maxFiles, packed) : this;
  }

  private static boolean compress(String text) {
    return LogOptions.flag(text, "strconv.ParseBool: parsing \"%s\": invalid syntax");
  }

  private static int count(String text) {
    return LogOptions.number(
        text,
        Integer.MIN_VALUE,
        1_000_000,
        "strconv.Atoi: parsing \"%s\": invalid syntax (max-file is a whole number)");
  }
}
