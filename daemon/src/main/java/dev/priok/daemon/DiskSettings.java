package dev.priok.daemon;

import dev.priok.engine.disk.DiskRoom;
import dev.priok.kernel.fs.FileSystems;
import dev.priok.model.error.EngineException;
import dev.priok.model.size.ByteSizes;
import java.io.IOException;
import java.nio.file.Path;

/** What the daemon's options say about room on the disk. */
final class DiskSettings {
  /** Of the data root's file system, and no more than a gigabyte: enough to end in order. */
  private static final int DEFAULT_PERCENT = 1;

  private static final long DEFAULT_MOST = 1L << 30;

  private DiskSettings() {}

  /** Bytes that are to stay free; {@link DiskRoom#OFF} for none. */
  static long lowWater(DaemonConfig config, Path root) throws IOException {
    String text = config.diskLowWater();
    long total = FileSystems.usage(root).totalBytes();
    if (text.isEmpty()) {
      return Math.min(total / 100 * DEFAULT_PERCENT, DEFAULT_MOST);
    }
    if (text.matches("\\d\\d?%")) {
      return total / 100 * Integer.parseInt(text.substring(0, text.length() - 1));
    }
    try {
      return ByteSizes.parse(text, "disk-low-water");
    } catch (EngineException e) {
      throw new StartRefusedException(
          "invalid disk-low-water: "
              + text
              + " (bytes as in 2g, a percentage of the file system as in 5%, or 0 for none)",
          e);
    }
  }
}
