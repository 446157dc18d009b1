package dev.priok.engine.containers;

import java.util.Map;

/**
 * What holds for containers whose request leaves it open.
 *
 * @param driver name of the log driver
 * @param options of that driver
 * @param ceiling bytes that all containers' logs may take together; 0 for no limit
 */
public record LogDefaults(String driver, Map<String, String> options, long ceiling) {
  /** As Docker's, but rotated; and without a limit of all. */
  public static final LogDefaults STANDARD = new LogDefaults("json-file", Map.of(), 0);
}
