package dev.priok.host.storage.stack;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * How a driver of differences lays folders over each other; the rest is {@link StackedDriver}'s.
 */
public interface Stacking {
  /** The driver's name. */
  String name();

  /** Rows for {@code docker info}. */
  Map<String, String> status();

  /**
   * Refuses a container's options that cannot be honoured.
   *
   * @return those in effect, the daemon's defaults included
   */
  Map<String, String> check(Map<String, String> options) throws IOException;

  /** Puts checked options into effect on a container's folder that is still empty. */
  void limit(Path place, Map<String, String> options) throws IOException;

  /**
   * Refuses an image layer on which no container could be mounted: it would help nobody.
   *
   * @param below how many layers it would have below
   */
  void checkDepth(int below) throws IOException;

  /**
   * Mounts a layer at its {@code merged}, which is there.
   *
   * @param root the driver's own folder
   * @param lower short names of the layers below, the topmost first
   */
  void mount(StackFolder folder, Path root, List<String> lower) throws IOException;

  /** Whether this kind of mount is there; the place may not exist. */
  boolean isMounted(Path merged) throws IOException;

  /**
   * Takes the topmost mount away.
   *
   * @return whether there was one
   */
  boolean unmount(Path merged) throws IOException;
}
